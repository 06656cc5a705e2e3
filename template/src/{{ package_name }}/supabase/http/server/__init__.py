"""The server around the application: uvicorn, with limits for what a stranger sends and reads."""
