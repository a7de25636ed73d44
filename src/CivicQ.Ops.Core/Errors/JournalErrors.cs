namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of the journal.</summary>
public static class JournalErrors
{
    /// <summary>The journal cannot be written, so nothing may be changed.</summary>
    public static readonly ErrorDefinition Unavailable = new(
        "JournalUnavailable", ErrorKind.WriteError,
        "Nothing was changed. Free space on the disk, make the journal's folder writable, or name another file with CIVICQ_JOURNAL.");

    /// <summary>The change is done, and its entry could not be written.</summary>
    public static readonly ErrorDefinition EntryNotWritten = new(
        "JournalEntryNotWritten", ErrorKind.WriteError,
        "The change itself was made. Note it by hand, and make the journal writable before the next one.");

    /// <summary>A line of the journal cannot be read as an entry, or is not what was written.</summary>
    public static readonly ErrorDefinition EntryDamaged = new(
        "JournalEntryDamaged", ErrorKind.InvalidData,
        "Test-CivicQJournal shows what happened to it. Restore the file from a backup if the line matters.");

    /// <summary>There is no journal where one was asked for.</summary>
    public static readonly ErrorDefinition NotFound = new(
        "JournalNotFound", ErrorKind.ObjectNotFound, "Check the path; without -Path the journal is where CIVICQ_JOURNAL says, else in your state folder.");

    /// <summary>The file is there and holds nothing that is an entry.</summary>
    public static readonly ErrorDefinition NotAJournal = new(
        "JournalInvalid", ErrorKind.InvalidData, "Check the path; Get-CivicQJournal without -Path reads this user's own journal.");

    /// <summary>A folder is where the journal's file should be.</summary>
    public static readonly ErrorDefinition IsFolder = new(
        "JournalIsFolder", ErrorKind.InvalidArgument, "Name a file in CIVICQ_JOURNAL or -Path, for example journal.jsonl in that folder.");

    /// <summary>The journal is there and cannot be read.</summary>
    public static readonly ErrorDefinition Unreadable = new(
        "JournalUnreadable", ErrorKind.ReadError, "The journal is its owner's (mode 0600): read it as that account.");
}
