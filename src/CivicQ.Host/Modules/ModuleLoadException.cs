namespace CivicQ.Host.Modules;

/// <summary>The module cannot be found or loaded.</summary>
public sealed class ModuleLoadException : Exception
{
    /// <summary>Makes the error.</summary>
    public ModuleLoadException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
