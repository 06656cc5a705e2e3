"""From the text of an access token to the principal that it proves. Imports `http`."""
