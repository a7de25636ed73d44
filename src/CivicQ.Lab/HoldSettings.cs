using System.Text.Json;

namespace CivicQ.Lab;

/// <summary>What a program that holds sessions is told by its file, which holds passwords and is its owner's alone.</summary>
internal sealed record HoldSettings
{
    /// <summary>The file that appears when all sessions are held.</summary>
    public required string Ready { get; init; }

    /// <summary>Where a failure is written.</summary>
    public required string OutputLog { get; init; }

    /// <summary>The sessions, in the order in which they are opened.</summary>
    public required HeldSession[] Sessions { get; init; }

    /// <summary>Reads the file.</summary>
    public static HoldSettings Read(string path) =>
        JsonSerializer.Deserialize<HoldSettings>(File.ReadAllText(path), JsonSerializerOptions.Web) ?? throw new InvalidDataException($"{path} is empty.");
}
