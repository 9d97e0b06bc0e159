def test_smoke(window, site, qtbot, shoot):
    window.multiview.restyle(window.follower.style)
    shoot(window, "smoke")
