"""The workshop without its window: colour science, files, guidance, document, engine, batch. No Qt in here."""
