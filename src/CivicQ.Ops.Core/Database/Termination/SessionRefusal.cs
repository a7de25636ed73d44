using System.Globalization;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>Says which sessions must be left alone, and why.</summary>
internal static class SessionRefusal
{
    /// <summary>Of a session that is hidden.</summary>
    public const string Hidden = "This role may not see what it does (GRANT pg_read_all_stats or pg_monitor lets it)";

    // How the server marks a vacuum that must not be put off: without it the server stops taking writes in the end.
    private const string Wraparound = "(to prevent wraparound)";

    /// <summary>The reason; <see langword="null"/> where it may be stopped.</summary>
    public static string? Of(SessionNature nature, SessionRequest request)
    {
        if (nature.IsOwn)
        {
            return "This is the session of the cmdlet itself.";
        }

        if (nature.SendsLog)
        {
            return "It sends the log to a replica or a backup.";
        }

        if (nature.Type is not (null or "client backend" or "autovacuum worker"))
        {
            return $"It is no client's session but the server's own ({nature.Type}).";
        }

        if (nature is { Type: null, Session.Database: null } or { Type: null, Session.User: null })
        {
            return "This role may not see what it is, and it has no role or no database: it is the server's own, or sends the log.";
        }

        return request.Way == SessionChoice.Typed ? null
            : Spared(nature, request) is { } reason
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"{reason}; if you mean it: Stop-CivicQDatabaseSession -ProcessId {nature.Session.ProcessId} -Environment {CommandText.Argument(request.Environment)}")
            : null;
    }

    private static string? Spared(SessionNature nature, SessionRequest request)
    {
        var (session, everybody) = (nature.Session, request.Way == SessionChoice.Everybody);
        return nature.Type == "autovacuum worker" ? session.Query?.EndsWith(Wraparound, StringComparison.Ordinal) == true
                ? "It is an autovacuum that prevents the wraparound of transaction ids, which begins anew and must end some day"
                : "It is an autovacuum, which gives way by itself to whoever waits for it"
            : session.Application is "pg_dump" or "pg_dumpall" ? $"It is a backup ({session.Application})"
            : nature.HoldsBackup || session.Application == DatabaseConnector.BackupName ? "It holds the lock or the snapshot of a backup or restore of CivicQ.Ops, which would fail"
            // Its queries may write; only its backups do not.
            : everybody ? null
            : IsOurs(session.Application) && request.Condition.Applications?.Contains(session.Application, StringComparer.Ordinal) != true
                ? $"It is a session of CivicQ.Ops ('{session.Application}'), whose work would fail"
            : nature.IsSuperuser ? $"It is the session of another superuser ({session.User})"
            : null;
    }

    private static bool IsOurs(string application) =>
        application == DatabaseConnector.ApplicationName || application.StartsWith(DatabaseConnector.ApplicationName + " ", StringComparison.Ordinal);
}
