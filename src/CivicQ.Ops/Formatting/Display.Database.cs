using System.Globalization;
using System.Text;
using CivicQ.Ops.Core.Measures;

namespace CivicQ.Ops.Formatting;

/// <content>The columns of databases.</content>
public static partial class Display
{
    /// <summary>A statement on one line: white space and control characters become one space.</summary>
    /// <param name="text">The statement, or <see langword="null"/>.</param>
    /// <returns>The text; empty without a statement.</returns>
    public static string OneLine(string? text)
    {
        var result = new StringBuilder();
        foreach (var character in text ?? "")
        {
            if (!char.IsWhiteSpace(character) && !char.IsControl(character))
            {
                result.Append(character);
            }
            else if (result.Length > 0 && result[^1] != ' ')
            {
                result.Append(' ');
            }
        }

        return result.ToString().TrimEnd();
    }

    /// <summary>A process, indented by its place in the blocking tree.</summary>
    /// <param name="processId">The process; 0 for a prepared transaction.</param>
    /// <param name="depth">0 for a root.</param>
    /// <returns>The text.</returns>
    public static string LockProcess(int processId, int depth)
    {
        var name = processId == 0 ? "prepared" : processId.ToString(CultureInfo.InvariantCulture);
        return depth == 0 ? name : $"{new string(' ', Math.Min(depth - 1, 20) * 2)}└ {name}";
    }

    /// <summary>A growth with its sign.</summary>
    /// <param name="bytes">The growth, or <see langword="null"/>.</param>
    /// <returns>The text; empty without one.</returns>
    public static string Growth(long? bytes) => bytes switch
    {
        null => "",
        > 0 => "+" + Measure.Bytes(bytes.Value),
        _ => Measure.Bytes(bytes.Value),
    };

    /// <summary>The later of two times as day and minute, UTC.</summary>
    /// <param name="first">A time, or <see langword="null"/>.</param>
    /// <param name="second">A time, or <see langword="null"/>.</param>
    /// <returns>The text; empty without any.</returns>
    public static string Later(DateTimeOffset? first, DateTimeOffset? second) => Day(first is null || second > first ? second : first);

    /// <summary>What a client calls itself, or the kind of a process of the server's own.</summary>
    /// <param name="application">The client's name.</param>
    /// <param name="backendType">The kind of process, or <see langword="null"/>.</param>
    /// <returns>The text.</returns>
    public static string Client(string application, string? backendType) => application.Length > 0 ? application : backendType is "client backend" or null ? "" : backendType;
}
