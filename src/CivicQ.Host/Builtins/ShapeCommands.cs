namespace CivicQ.Host.Builtins;

/// <summary>The commands that end a line and say how its results are shown. The objects pass through them; the screen does the showing.</summary>
public static class ShapeCommands
{
    private static readonly Dictionary<string, string> Formats = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Format-Table"] = "table",
        ["ft"] = "table",
        ["Format-List"] = "list",
        ["fl"] = "list",
        ["ConvertTo-Json"] = "json",
        ["ConvertTo-Csv"] = "csv",
    };

    /// <summary>The format that a command stands for.</summary>
    /// <param name="command">Its name.</param>
    /// <returns><c>table</c>, <c>list</c>, <c>json</c>, <c>csv</c>, or null for any other command.</returns>
    public static string? FormatOf(string command) => Formats.GetValueOrDefault(command);

    /// <summary>Hands the commands over.</summary>
    /// <param name="register">Takes them.</param>
    public static void Register(RegisterCommand register)
    {
        register("Format-Table", typeof(ShapeCommand), "ft");
        register("Format-List", typeof(ShapeCommand), "fl");
        register("ConvertTo-Json", typeof(ShapeCommand));
        register("ConvertTo-Csv", typeof(ShapeCommand));
    }
}
