namespace CivicQ.Ops.Core.Backups.Retention;

/// <summary>Which backups of a database are kept. The newest good one always is.</summary>
/// <param name="Daily">Of how many days, counted back from today in UTC, the last one of the day is kept.</param>
/// <param name="Weekly">Of how many weeks (Monday to Sunday) the last one is kept.</param>
/// <param name="Monthly">Of how many months the last one is kept.</param>
/// <param name="RecoveryDays">How many days back every moment must be recoverable: physical backups that this needs are kept.</param>
public sealed record RetentionRule(int Daily = 30, int Weekly = 8, int Monthly = 12, int RecoveryDays = 7);
