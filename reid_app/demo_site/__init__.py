"""A small computer-generated site: its plan, its people, their truth, its clips as live cameras."""
