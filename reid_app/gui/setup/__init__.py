"""Setting a site up without writing YAML."""
