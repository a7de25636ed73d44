namespace System.Management.Automation;

/// <summary>Names of approved verbs for actions without a better group.</summary>
public static class VerbsOther
{
    public const string Use = "Use";
}
