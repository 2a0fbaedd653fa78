"""The store: schema, migrations, recorder, queries, erasing, retention."""
