"""What `copier update --trust` runs in a project that crosses a version, in plain Python."""
