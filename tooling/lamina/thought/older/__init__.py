"""Where secrets were kept before: `.env` files of a shell, and whole files under AES-GCM. They are read here, never written."""
