"""python -m bench [NAME ...]: fills a database of its own and measures."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "salesops.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
os.environ.setdefault("SECOND_FACTOR_REQUIRED", "0")


def main() -> None:
    import django

    django.setup()
    from django.test.runner import DiscoverRunner

    from bench import leads, pages, sweep

    benches = {"sweep": sweep, "pages": pages, "leads": leads}
    wanted = sys.argv[1:] or list(benches)
    runner = DiscoverRunner(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        for name in wanted:
            benches[name].run()
    finally:
        runner.teardown_databases(databases)


if __name__ == "__main__":
    main()
