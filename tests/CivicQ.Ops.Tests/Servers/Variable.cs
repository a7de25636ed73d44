namespace CivicQ.Ops.Tests.Servers;

/// <summary>A variable of the process, until it is disposed of.</summary>
internal sealed class Variable : IDisposable
{
    private readonly string name;
    private readonly string? before;

    public Variable(string name, string? value)
    {
        (this.name, before) = (name, Environment.GetEnvironmentVariable(name));
        Environment.SetEnvironmentVariable(name, value);
    }

    public void Dispose() => Environment.SetEnvironmentVariable(name, before);
}
