namespace System.Management.Automation.Runspaces;

/// <summary>The runspace of a host session.</summary>
internal sealed class HostRunspace : Runspace
{
    internal HostRunspace(string name) => Name = name;
}
