"""Settings, from the environment, with checked types. README.md has the table of all variables."""

import datetime
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import embedded


class Env(environ.Env):
    """Values of the wrong type are refused with the variable's name, instead of being taken for something else."""

    def bool(self, var, default=environ.Env.NOTSET):
        value = self.str(var, default="").lower()
        if value not in ("", "0", "1", "true", "false", "yes", "no", "on", "off"):
            raise ImproperlyConfigured(f"{var} must be on or off, not {value!r}.")
        return super().bool(var, default) if value else default

    def int(self, var, default=environ.Env.NOTSET):
        return self._number(int, var, default)

    def float(self, var, default=environ.Env.NOTSET):
        return self._number(float, var, default)

    def _number(self, kind, var, default):
        value = self.str(var, default="")
        try:
            return kind(value) if value else default
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be a number, not {value!r}.") from error


env = Env()
BASE_DIR = Path(__file__).resolve().parent.parent

DEBUG = env.bool("DEBUG", default=False)
EMBEDDED = not env.str("DATABASE_URL", default="")
SECRET_KEY = env.str("SECRET_KEY", default="") or (embedded.secret("secret_key") if EMBEDDED or DEBUG else "")
# Encrypts contact data and bot secrets; not SECRET_KEY, so that either can be renewed alone. Newest first.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or ([embedded.secret("field_key")] if EMBEDDED or DEBUG else [])
if not DEBUG and (len(SECRET_KEY) < 32 or SECRET_KEY.startswith("change-me")):
    raise ImproperlyConfigured("SECRET_KEY must be a random text of at least 32 characters of your own.")
if not DEBUG and (not FIELD_KEYS or any(len(key) < 32 or key.startswith("change-me") for key in FIELD_KEYS)):
    raise ImproperlyConfigured("FIELD_KEYS must hold random texts of at least 32 characters of your own.")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"])
BASE_URL = env.str("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")  # for links in messages
HTTPS = env.bool("HTTPS", default=BASE_URL.startswith("https://"))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)  # reverse proxies in front, for the client's address

INSTALLED_APPS = [
    "salesops.events",
    "salesops.people",
    "salesops.web",
    "salesops.documents",
    "salesops.notices",
    "salesops.sop",
    "salesops.staff",
    "salesops.approvals",
    "leads",
    "meetings",
    "handoffs",
    "escalations",
    "demo",
    "salesops.web.apps.SiteConfig",  # django.contrib.admin behind the same sign-in
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "csp",
    "pgtrigger",
    "pghistory",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "salesops.web.middleware.RequestTimeMiddleware",
    "salesops.web.middleware.NoCookiesMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "salesops.web.middleware.ViewerMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "salesops.people.signin.middleware.SessionLimitMiddleware",
    "salesops.people.signin.middleware.FirstStepsMiddleware",
    "salesops.web.middleware.RefusalLogMiddleware",
]

ROOT_URLCONF = "salesops.urls"
WSGI_APPLICATION = "salesops.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "salesops.web.context.shell",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# Data

DATABASES = {"default": env.db_url_config(env.str("DATABASE_URL", default="") or embedded.database_url())}
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DATABASES["default"].setdefault("OPTIONS", {})["options"] = (
    "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s "
    # Our questions are short: starting helpers, or compiling them, takes longer than answering.
    "-c max_parallel_workers_per_gather=0 -c jit=off"
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# Not Redis: sign-in, pages and limits work while the broker is down.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "web_cache"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = env.int("SESSION_IDLE_SECONDS", default=8 * 3600)  # since the last page
SESSION_LIMIT = datetime.timedelta(seconds=env.int("SESSION_LIMIT_SECONDS", default=7 * 24 * 3600))  # since sign-in

# People and sign-in

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["salesops.people.signin.backends.Backend"]
SECOND_FACTOR_REQUIRED = env.bool("SECOND_FACTOR_REQUIRED", default=True)
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "salesops.people.signin.adapters.AccountAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True  # the cookie outlives the browser window; idle time ends the session
ACCOUNT_SESSION_COOKIE_AGE = SESSION_COOKIE_AGE
ACCOUNT_FORMS = {"login": "salesops.people.signin.forms.LoginForm"}
# Counted in the database's cache. "key" is the account's name, so that one account is safe from many addresses.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "20/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "salesops.people.signin.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "salesops.people.signin.forms.CodeForm",
    "activate_totp": "salesops.people.signin.forms.FirstCodeForm",
    "reauthenticate": "salesops.people.signin.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SalesOps"
MFA_TOTP_TOLERANCE = 0  # used codes are remembered for 30 seconds, so a code must not live longer
MFA_ALLOW_UNVERIFIED_EMAIL = True  # accounts are made by administrators; nobody signs up with another's address
MFA_TRUST_ENABLED = True
MFA_TRUST_COOKIE_AGE = datetime.timedelta(days=30)
MFA_TRUST_COOKIE_NAME = "__Host-trusted" if HTTPS else "trusted"
USERSESSIONS_TRACK_ACTIVITY = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Language and time

LANGUAGE_CODE = "zh-hans"
LANGUAGE_COOKIE_HTTPONLY, LANGUAGE_COOKIE_SAMESITE, LANGUAGE_COOKIE_SECURE = True, "Lax", HTTPS
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

# Static files and headers

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = BASE_DIR / "staticfiles"
HASHED_STATIC = env.bool("HASHED_STATIC", default=False)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if HASHED_STATIC
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_USE_FINDERS = not HASHED_STATIC
MEDIA_ROOT = Path(env.str("MEDIA_ROOT", default=str(embedded.data_dir() / "media")))
UPLOAD_MEGABYTES = env.int("UPLOAD_MEGABYTES", default=20)  # the largest file that may be put on a record

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # data: for the icons inside Bootstrap's own stylesheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=HTTPS)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Mail and the outside world

MAIL_IS_SET = bool(env.str("EMAIL_URL", default=""))
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="SalesOps <salesops@localhost>")
EMAIL_TIMEOUT = 15
BOT_HOSTS = env.list(
    "BOT_HOSTS", default=["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com"]
)

# Background work: timers and doorbells only (see salesops/sop/tasks.py and salesops/notices/tasks.py)

CELERY_BROKER_URL = env.str("REDIS_URL", default="") or embedded.redis_url()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # safe only because attempts are counted in PostgreSQL
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT, CELERY_TASK_TIME_LIMIT = 50, 60
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,  # more than twice the hard time limit
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 3,
}
CELERY_TASK_DEFAULT_QUEUE = "work"
CELERY_TASK_ROUTES = {
    "salesops.sop.tasks.*": {"queue": "sweep"},
    "salesops.notices.tasks.*": {"queue": "send"},
}
CELERY_TIMEZONE = "Asia/Shanghai"
SWEEP_INTERVAL = datetime.timedelta(seconds=env.float("SWEEP_SECONDS", default=30.0))
# A file that the backup job touches when it is done; the health page tells how old it is.
BACKUP_MARK = env("BACKUP_MARK", default="")
CELERY_BEAT_SCHEDULE = {
    "sweep": {
        "task": "salesops.sop.tasks.sweep",
        "schedule": SWEEP_INTERVAL,
        "options": {"expires": SWEEP_INTERVAL.total_seconds(), "queue": "sweep"},
    },
    "send": {
        "task": "salesops.notices.tasks.send",
        "schedule": 10.0,
        "options": {"expires": 10, "queue": "send"},
    },
    "imports": {
        "task": "leads.tasks.run_imports",
        "schedule": 30.0,
        "options": {"expires": 30, "queue": "work"},
    },
    "exports": {
        "task": "leads.tasks.run_exports",
        "schedule": 30.0,
        "options": {"expires": 30, "queue": "work"},
    },
    "letters": {
        "task": "leads.tasks.send_letters",
        "schedule": 30.0,
        "options": {"expires": 30, "queue": "work"},
    },
    "tidy_imports": {
        "task": "leads.tasks.tidy_imports",
        "schedule": 3600.0,
        "options": {"expires": 3600, "queue": "work"},
    },
    "tidy": {
        "task": "salesops.web.tasks.tidy",
        "schedule": 3600.0,
        "options": {"expires": 3600, "queue": "work"},
    },
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "loggers": {
        "salesops.access": {"level": "INFO"},  # what was refused to whom: see RefusalLogMiddleware
        # Without Django's mail to ADMINS, which quotes what was sent to the page that broke: customers' numbers.
        "django": {"handlers": []},
    },
    "root": {"handlers": ["console"], "level": env.str("LOG_LEVEL", default="WARNING")},
}
