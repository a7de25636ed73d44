namespace CivicQ.Host.Presentation.Commands;

/// <summary>The commands that show or convert what a pipeline gives.</summary>
public static class PresentationCommands
{
    /// <summary>Hands each command's name, class and aliases over.</summary>
    /// <param name="register">Takes them.</param>
    public static void Register(Action<string, Type, string[]> register)
    {
        register("Format-Table", typeof(FormatTableCommand), ["ft"]);
        register("Format-List", typeof(FormatListCommand), ["fl"]);
        register("ConvertTo-Json", typeof(ConvertToJsonCommand), []);
        register("ConvertTo-Csv", typeof(ConvertToCsvCommand), []);
    }
}
