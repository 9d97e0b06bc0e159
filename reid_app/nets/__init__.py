"""The networks in pure torch: joint-loss network, pose machine, part boxes, losses."""
