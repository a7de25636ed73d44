namespace System.Management.Automation.Runspaces;

/// <summary>A session's identity. <see cref="DefaultRunspace"/> belongs to the thread that runs the pipeline.</summary>
public abstract class Runspace : IDisposable
{
    [ThreadStatic]
    private static Runspace? current;
    private static int count;

    internal Runspace()
    {
        Id = Interlocked.Increment(ref count);
        Name = $"Runspace{Id}";
    }

    public static Runspace? DefaultRunspace
    {
        get => current;
        set => current = value;
    }

    public static bool CanUseDefaultRunspace => current is not null;

    public Guid InstanceId { get; } = Guid.NewGuid();

    public int Id { get; }

    public string Name { get; set; }

    public virtual Version Version => new(7, 4);

    public virtual RunspaceAvailability RunspaceAvailability { get; protected set; } = RunspaceAvailability.Available;

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    public virtual void Open()
    {
    }

    public virtual void Close() => Dispose();

    protected virtual void Dispose(bool disposing) => RunspaceAvailability = RunspaceAvailability.None;
}
