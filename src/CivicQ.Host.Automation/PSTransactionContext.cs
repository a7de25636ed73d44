namespace System.Management.Automation;

/// <summary>Exists for the contract alone; there are no transactions.</summary>
public sealed class PSTransactionContext : IDisposable
{
    internal PSTransactionContext()
    {
    }

    public void Dispose()
    {
    }
}
