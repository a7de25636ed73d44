namespace System.Management.Automation;

/// <summary>There is no command of that name.</summary>
public class CommandNotFoundException : RuntimeException
{
    public CommandNotFoundException()
        : this("The command was not found.")
    {
    }

    public CommandNotFoundException(string message)
        : this(message, null)
    {
    }

    public CommandNotFoundException(string message, Exception? innerException)
        : base(message, innerException, nameof(CommandNotFoundException), ErrorCategory.ObjectNotFound, null)
    {
    }

    public string CommandName
    {
        get => Target as string ?? string.Empty;
        set => Target = value;
    }
}
