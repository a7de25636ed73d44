namespace CivicQ.Ops.Core.Logs.Entries;

/// <summary>The form that a line was recognised by.</summary>
public enum LogFormat
{
    /// <summary>None: the message is the whole line.</summary>
    Text,

    /// <summary>One JSON object a line: structlog, python-json-logger, pino and their like.</summary>
    Json,

    /// <summary>Python's logging, as <c>basicConfig</c>, Alembic, Celery or gunicorn set it up, and tracebacks.</summary>
    Python,

    /// <summary>uvicorn: its own messages and its access lines.</summary>
    Uvicorn,

    /// <summary>The access log of nginx, format <c>combined</c> or one that begins so.</summary>
    NginxAccess,

    /// <summary>The error log of nginx.</summary>
    NginxError,

    /// <summary>PostgreSQL's server log; PgBouncer's, which looks alike.</summary>
    PostgreSql,

    /// <summary>Redis.</summary>
    Redis,
}
