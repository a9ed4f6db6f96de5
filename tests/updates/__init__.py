"""What `copier update` changes in a project, what it leaves alone, and who hears of it."""
