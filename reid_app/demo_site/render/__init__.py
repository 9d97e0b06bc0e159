"""Makes the demo site's clips: body meshes, clothes, backgrounds, frames, files (extra ``render``)."""
