using CivicQ.Ops.Core.Logs.Entries;

namespace CivicQ.Ops.Core.Tests.Logs.Entries;

/// <summary>Lines as the programs wrote them: python-json-logger 2.0, structlog 22.3, uvicorn 0.17, Celery 5.2, nginx 1.22, PostgreSQL 15, PgBouncer, Redis 7.0.</summary>
public sealed class LogFormatTests
{
    [Theory]
    [InlineData("""{"asctime": "2026-02-14 11:59:59,476", "levelname": "WARNING", "name": "app.api", "message": "pool is full", "pool": "main", "used": 20, "ok": true}""", LogEntryLevel.Warning, "pool is full", "11:59:59.476", "name=app.api pool=main used=20 ok=True")]
    [InlineData("""{"user_id": 7, "amount": 1.5, "tags": ["a", "b"], "event": "payment_failed", "level": "error", "timestamp": "2026-02-14T11:59:59.477113Z"}""", LogEntryLevel.Error, "payment_failed", "11:59:59.477", """user_id=7 amount=1.5 tags=["a", "b"]""")]
    [InlineData("""{"level":30,"time":1771070399123,"pid":7,"hostname":"h","msg":"hello"}""", LogEntryLevel.Information, "hello", "11:59:59.123", "pid=7 hostname=h")]
    [InlineData("""{"levelno":30,"severity":"WARNING","msg":"python's thirty"}""", LogEntryLevel.Warning, "python's thirty", "12:00:00.000", "levelno=30")]
    [InlineData("""{"message":"m","event":"e","msg":"n"}""", LogEntryLevel.Unknown, "m", "12:00:00.000", "event=e msg=n")]
    [InlineData("""{"remote":"10.0.0.1","status":"502","uri":"/x"}""", LogEntryLevel.Error, """{"remote":"10.0.0.1","status":"502","uri":"/x"}""", "12:00:00.000", "remote=10.0.0.1 status=502 uri=/x")]
    [InlineData("""{"message":{"a":1},"level":"info"}""", LogEntryLevel.Information, """{"a":1}""", "12:00:00.000", "")]
    public void Json(string line, LogEntryLevel level, string message, string time, string fields) => Check(line, LogFormat.Json, level, message, time, fields);

    [Theory]
    [InlineData("2026-02-14 12:00:00,123 ERROR app.db: lost it", LogEntryLevel.Error, "lost it", "12:00:00.123", "logger=app.db")]
    [InlineData("2026-02-14 12:00:00,123 - app.db - WARNING - slow: 3 s", LogEntryLevel.Warning, "slow: 3 s", "12:00:00.123", "logger=app.db")]
    [InlineData("2026-02-14 12:00:00,123 [INFO] app.db: text", LogEntryLevel.Information, "text", "12:00:00.123", "logger=app.db")]
    [InlineData("2026-02-14T12:00:00.123+01:00 ERROR failed: no route", LogEntryLevel.Error, "failed: no route", "11:00:00.123", "")]
    [InlineData("[2026-02-14 12:00:00,705: INFO/MainProcess] Task app.tasks.add[3f1c0c52-55d9-4a46-9d2f-0a6c2b6d7a11] received", LogEntryLevel.Information, "Task app.tasks.add[3f1c0c52-55d9-4a46-9d2f-0a6c2b6d7a11] received", "12:00:00.705", "process=MainProcess task=app.tasks.add task_id=3f1c0c52-55d9-4a46-9d2f-0a6c2b6d7a11")]
    [InlineData("[2026-02-14 12:00:00,706: WARNING/ForkPoolWorker-1] consumer: Cannot connect", LogEntryLevel.Warning, "consumer: Cannot connect", "12:00:00.706", "process=ForkPoolWorker-1")]
    [InlineData("[2026-02-14 13:00:00 +0100] [7] [INFO] Listening at: http://0.0.0.0:8000 (7)", LogEntryLevel.Information, "Listening at: http://0.0.0.0:8000 (7)", "12:00:00.000", "process=7")]
    [InlineData("ERROR:app.db:lost it", LogEntryLevel.Error, "lost it", "12:00:00.000", "logger=app.db")]
    [InlineData("INFO  [alembic.runtime.migration] Running upgrade a -> b", LogEntryLevel.Information, "Running upgrade a -> b", "12:00:00.000", "logger=alembic.runtime.migration")]
    [InlineData("WARNI [alembic] cut", LogEntryLevel.Warning, "cut", "12:00:00.000", "logger=alembic")]
    [InlineData("[ERROR] no more", LogEntryLevel.Error, "no more", "12:00:00.000", "")]
    [InlineData("DEBUG: one blank", LogEntryLevel.Debug, "one blank", "12:00:00.000", "")]
    public void Python(string line, LogEntryLevel level, string message, string time, string fields) => Check(line, LogFormat.Python, level, message, time, fields);

    [Theory]
    [InlineData("INFO:     Started server process [6276]", LogEntryLevel.Information, "Started server process [6276]", "")]
    [InlineData("\u001b[32mINFO\u001b[0m:     127.0.0.1:60392 - \"\u001b[1mGET /health HTTP/1.1\u001b[0m\" \u001b[32m200 OK\u001b[0m", LogEntryLevel.Information, "127.0.0.1:60392 - \"GET /health HTTP/1.1\" 200 OK", "client=127.0.0.1:60392 method=GET path=/health protocol=HTTP/1.1 status=200")]
    [InlineData("INFO:     127.0.0.1:60400 - \"GET /missing?q=1 HTTP/1.1\" 404 Not Found", LogEntryLevel.Information, "127.0.0.1:60400 - \"GET /missing?q=1 HTTP/1.1\" 404 Not Found", "client=127.0.0.1:60400 method=GET path=/missing?q=1 protocol=HTTP/1.1 status=404")]
    [InlineData("INFO:     127.0.0.1:60410 - \"GET /boom HTTP/1.1\" 500 Internal Server Error", LogEntryLevel.Error, "127.0.0.1:60410 - \"GET /boom HTTP/1.1\" 500 Internal Server Error", "client=127.0.0.1:60410 method=GET path=/boom protocol=HTTP/1.1 status=500")]
    public void Uvicorn(string line, LogEntryLevel level, string message, string fields) => Check(line, LogFormat.Uvicorn, level, message, "12:00:00.000", fields);

    [Theory]
    [InlineData("127.0.0.1 - - [14/Feb/2026:12:59:59 +0100] \"GET /a?b=\\x22 HTTP/1.1\" 200 612 \"-\" \"curl/7.88\"", LogEntryLevel.Information, "127.0.0.1 - \"GET /a?b=\\x22 HTTP/1.1\" 200", "client=127.0.0.1 method=GET path=/a?b=\\x22 protocol=HTTP/1.1 status=200 bytes=612 user_agent=curl/7.88")]
    [InlineData("::1 - ann [14/Feb/2026:11:59:59 +0000] \"POST /api HTTP/2.0\" 502 0 \"https://civicq/\" \"Mozilla (X; Y)\" \"10.0.0.9\" 0.004 urt=0.003", LogEntryLevel.Error, "::1 - \"POST /api HTTP/2.0\" 502", "client=::1 user=ann method=POST path=/api protocol=HTTP/2.0 status=502 bytes=0 referrer=https://civicq/ user_agent=Mozilla (X; Y) forwarded_for=10.0.0.9 request_time=0.004 urt=0.003")]
    [InlineData("10.0.0.1 - - [14/Feb/2026:11:59:59 +0000] \"\\x16\\x03\" 400 150 \"-\" \"-\"", LogEntryLevel.Warning, "10.0.0.1 - \"\\x16\\x03\" 400", "client=10.0.0.1 request=\\x16\\x03 status=400 bytes=150")]
    public void Nginx_access(string line, LogEntryLevel level, string message, string fields) => Check(line, LogFormat.NginxAccess, level, message, "11:59:59.000", fields);

    [Theory]
    [InlineData("2026/02/14 12:00:00 [notice] 6289#6289: start worker processes", LogEntryLevel.Information, "start worker processes", "pid=6289")]
    [InlineData("2026/02/14 12:00:00 [error] 6291#6291: *1 open() \"/none/x\" failed (2: No such file or directory), client: 127.0.0.1, server: , request: \"GET /x?y=\"z HTTP/1.1\", host: \"localhost:18312\"", LogEntryLevel.Error, "open() \"/none/x\" failed (2: No such file or directory), client: 127.0.0.1, server: , request: \"GET /x?y=\"z HTTP/1.1\", host: \"localhost:18312\"", "pid=6291 connection=1 client=127.0.0.1 server= method=GET path=/x?y=\"z protocol=HTTP/1.1 host=localhost:18312")]
    [InlineData("2026/02/14 12:00:00 [emerg] 1#1: bind() to 0.0.0.0:80 failed", LogEntryLevel.Critical, "bind() to 0.0.0.0:80 failed", "pid=1")]
    public void Nginx_error(string line, LogEntryLevel level, string message, string fields) => Check(line, LogFormat.NginxError, level, message, "12:00:00.000", fields);

    [Theory]
    [InlineData("2026-02-14 12:00:00.123 UTC [123] LOG:  database system is ready", LogEntryLevel.Information, "database system is ready", "pid=123 severity=LOG")]
    [InlineData("2026-02-14 12:00:00.123 UTC [124] app@civicq ERROR:  relation \"x\" does not exist at character 15", LogEntryLevel.Error, "relation \"x\" does not exist at character 15", "pid=124 severity=ERROR user=app database=civicq")]
    [InlineData("2026-02-14 12:00:00.123 CET [124-3] app@civicq FATAL:  terminating connection", LogEntryLevel.Error, "terminating connection", "pid=124 severity=FATAL user=app database=civicq")]
    [InlineData("2026-02-14 12:00:00.123 UTC [1] WARNING C-0x5581: civicq/app@10.0.0.1:4711 pooler error: no more connections", LogEntryLevel.Warning, "C-0x5581: civicq/app@10.0.0.1:4711 pooler error: no more connections", "pid=1 severity=WARNING")]
    public void Postgres(string line, LogEntryLevel level, string message, string fields) => Check(line, LogFormat.PostgreSql, level, message, "12:00:00.123", fields);

    [Theory]
    [InlineData("6286:C 14 Feb 2026 12:00:00.880 # oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", LogEntryLevel.Warning, "oO0OoO0OoO0Oo Redis is starting oO0OoO0OoO0Oo", "pid=6286 role=C")]
    [InlineData("1:M 14 Feb 2026 12:00:00.880 * Ready to accept connections", LogEntryLevel.Information, "Ready to accept connections", "pid=1 role=M")]
    [InlineData("1:S 14 Feb 2026 12:00:00.880 - Accepted 127.0.0.1:5", LogEntryLevel.Debug, "Accepted 127.0.0.1:5", "pid=1 role=S")]
    public void Redis(string line, LogEntryLevel level, string message, string fields) => Check(line, LogFormat.Redis, level, message, "12:00:00.880", fields);

    [Theory]
    [InlineData("")]
    [InlineData("hello")]
    [InlineData("{\"level\":\"error\"")]
    [InlineData("{} and more}")]
    [InlineData("2026-02-14")]
    [InlineData("2026-13-14 12:00:00,123 ERROR x: y")]
    [InlineData("INFORMED: by whom")]
    [InlineData("INFO")]
    [InlineData("127.0.0.1 - - [now] \"GET / HTTP/1.1\" 200 1")]
    [InlineData("1:M 14 Feb")]
    [InlineData("[2026-02-14 12:00:00,705: INFO/MainProcess")]
    public void Anything_else_is_text_of_an_unknown_level(string line)
    {
        var entry = Lines.One(line);
        Assert.Equal((LogFormat.Text, LogEntryLevel.Unknown, line, Lines.Start), (entry.Format, entry.Level, entry.Message, entry.Time));
        Assert.Empty(entry.Fields);
    }

    [Theory]
    [InlineData("2026-02-14 12:00:00,000 INFO x", "12:00:00")]
    [InlineData("2026-02-14 17:45:01,000 INFO x", "12:00:01")]
    [InlineData("2026-02-14 07:00:00,000 INFO x", "12:00:00")]
    [InlineData("2026-02-14 11:52:00,000 INFO x", "11:52:00")]
    [InlineData("2026-02-10 11:00:00,000 INFO x", "11:00:00")]
    [InlineData("2026-02-14 12:00:00,000 +05:45 INFO x", "06:15:00")]
    public void A_time_without_a_zone_is_utc_unless_it_is_whole_quarters_beside_the_platforms(string line, string time) =>
        Assert.Equal(time, Lines.One(line).Time.UtcDateTime.ToString("HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture));

    private static void Check(string line, LogFormat format, LogEntryLevel level, string message, string time, string fields)
    {
        var entry = Lines.One(line);
        Assert.Equal(
            (format, level, message, time),
            (entry.Format, entry.Level, entry.Message, entry.Time.UtcDateTime.ToString("HH:mm:ss.fff", System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(fields, string.Join(' ', entry.Fields.Select(field => FormattableString.Invariant($"{field.Key}={field.Value}"))));
    }
}
