"""The `template` command: how this project and its template differ. Imports `failure`."""
