using System.Management.Automation;
using CivicQ.Ops.Core.Backups;

namespace CivicQ.Ops;

/// <summary>The base of cmdlets that work with an environment's backups.</summary>
public abstract class BackupCmdlet : EnvironmentCmdlet
{
    /// <summary>A folder of backups in place of the environment's places.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? Folder { get; set; }

    /// <summary>Which of the environment's places: the folder, the bucket, or both; all that it has without it.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public BackupLocation[]? Location { get; set; }

    /// <summary>The folder as a full path from the session's own place; <see langword="null"/> where the bucket is meant.</summary>
    private protected string? ChosenFolder => Location is { Length: 1 } && Location[0] == BackupLocation.Bucket ? null : Folder;
}
