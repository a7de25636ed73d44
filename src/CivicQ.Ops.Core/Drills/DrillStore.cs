using System.Text.Json;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Lab;

namespace CivicQ.Ops.Core.Drills;

/// <summary>The drills' folders, within the lab's.</summary>
/// <param name="lab">The lab's folder.</param>
internal sealed class DrillStore(LabStore lab)
{
    private const string FileName = "drill.json";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>The folder of a drill.</summary>
    public string Folder(string name) => Path.Combine(lab.DrillFolder, name);

    /// <summary>Reads what is kept of a drill; <see langword="null"/> where it is not started.</summary>
    /// <exception cref="OperationException"><c>DrillStateInvalid</c>.</exception>
    public DrillRecord? Read(string name)
    {
        var file = Path.Combine(Folder(name), FileName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<DrillRecord>(File.ReadAllText(file), Json) : null;
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new OperationException(DrillErrors.StateInvalid, $"{file} cannot be read: {error.Message}", file, error);
        }
    }

    /// <summary>Whether there is anything of a drill, be it damaged.</summary>
    public bool Exists(string name) => Directory.Exists(Folder(name));

    /// <summary>Writes what is kept.</summary>
    public void Write(DrillRecord record)
    {
        LabFiles.MakeFolder(Folder(record.Name));
        LabFiles.Write(Path.Combine(Folder(record.Name), FileName), JsonSerializer.Serialize(record, Json));
    }

    /// <summary>Removes a drill's folder.</summary>
    public Task RemoveAsync(string name) => LabFiles.RemoveAsync(Folder(name));
}
