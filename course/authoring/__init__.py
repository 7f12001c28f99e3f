"""Operations of authors: save, publish, restore, preview."""
