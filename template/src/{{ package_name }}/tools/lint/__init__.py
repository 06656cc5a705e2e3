"""What is wrong in the live schema, each finding with the SQL that mends it. Reads only."""
