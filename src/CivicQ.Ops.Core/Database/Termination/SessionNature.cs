namespace CivicQ.Ops.Core.Database.Termination;

/// <summary>A session, and what the server says that it is.</summary>
/// <param name="Session">The session.</param>
/// <param name="Type">The server's word for its kind; <see langword="null"/> where the role may not see it.</param>
/// <param name="IsOwn">True for the session that asks.</param>
/// <param name="IsSuperuser">True for one of another superuser.</param>
/// <param name="SendsLog">True where it sends the log to a replica or a backup.</param>
/// <param name="HoldsBackup">True where it holds the lock of a backup or restore.</param>
internal sealed record SessionNature(SessionCandidate Session, string? Type, bool IsOwn, bool IsSuperuser, bool SendsLog, bool HoldsBackup);
