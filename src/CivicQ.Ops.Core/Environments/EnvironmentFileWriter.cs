using System.Text;
using System.Text.Json.Nodes;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Files;

namespace CivicQ.Ops.Core.Environments;

/// <summary>Adds environments to <c>environments.json</c> and takes them out: one writer at a time, the file in one step, mode 0600.</summary>
/// <param name="path">The file; made with its folder when it is not there.</param>
/// <param name="thresholds">The names of the limits that an environment may override.</param>
public sealed class EnvironmentFileWriter(string path, IReadOnlyCollection<string> thresholds)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Reads an environment's object as strictly as the file would be read.</summary>
    /// <param name="name">The name.</param>
    /// <param name="definition">The object.</param>
    /// <returns>The environment.</returns>
    /// <exception cref="OperationException">The first complaint of the reader; a secret in the clear above all.</exception>
    public CivicQEnvironment Check(string name, JsonObject definition)
    {
        var text = new JsonObject { ["environments"] = new JsonObject { [name] = definition.DeepClone() } }.ToJsonString();
        var listing = EnvironmentReader.Read(Encoding.UTF8.GetBytes(text), path, thresholds);
        if (listing.Complaints.Count > 0)
        {
            var complaint = listing.Complaints.FirstOrDefault(one => one.Definition == EnvironmentErrors.SecretInTheClear) ?? listing.Complaints[0];
            throw new OperationException(complaint.Definition, $"Environment '{name}': {complaint.Reason}", name);
        }

        return listing.Environments[0];
    }

    /// <summary>Whether the file has an environment of this name, usable or not.</summary>
    /// <param name="name">The name.</param>
    /// <returns>True when it has.</returns>
    /// <exception cref="OperationException">The file as a whole is broken.</exception>
    public bool Contains(string name) => Contains(Readable(), name);

    /// <summary>Writes an environment.</summary>
    /// <param name="name">The name.</param>
    /// <param name="definition">The object, checked.</param>
    /// <param name="replace">True to put it in the place of one of the same name.</param>
    /// <exception cref="OperationException"><c>EnvironmentExists</c>, <c>EnvironmentFileInvalid</c>, <c>EnvironmentFileNotWritten</c>.</exception>
    public void Set(string name, JsonObject definition, bool replace) => Change(content =>
    {
        if (!replace && Contains(content, name))
        {
            throw new OperationException(EnvironmentErrors.Exists, $"{path} has an environment '{name}' already.", name);
        }

        return EnvironmentEditor.Set(content, name, definition);
    });

    /// <summary>Takes an environment out.</summary>
    /// <param name="name">The name.</param>
    /// <exception cref="OperationException"><c>EnvironmentNotFound</c>, <c>EnvironmentFileInvalid</c>, <c>EnvironmentFileNotWritten</c>.</exception>
    public void Remove(string name) => Change(content => Contains(content, name)
        ? EnvironmentEditor.Remove(content, name)
        : throw new OperationException(EnvironmentErrors.NotFound, $"{path} has no environment '{name}'.", name));

    private void Change(Func<byte[], byte[]> edit)
    {
        try
        {
            UserFolders.CreatePrivate(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var one = FileLock.Acquire(path + ".lock", Patience);
            PrivateFile.Replace(path, edit(Readable()));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or TimeoutException)
        {
            throw new OperationException(EnvironmentErrors.FileNotWritten, $"{path} cannot be written: {error.Message}", path, error);
        }

        EnvironmentFile.Forget(path);
    }

    private byte[] Readable()
    {
        try
        {
            var content = File.Exists(path) ? File.ReadAllBytes(path) : EnvironmentEditor.Empty;
            // A broken file is mended by a person: an edit could only guess where its environments begin and end.
            return EnvironmentReader.Read(content, path, thresholds).Fatal is { } fatal ? throw fatal.ToException() : content;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(EnvironmentErrors.FileUnreadable, $"{path} cannot be read: {error.Message}", path, error);
        }
    }

    private bool Contains(byte[] content, string name)
    {
        var listing = EnvironmentReader.Read(content, path, thresholds);
        return listing.Environments.Select(environment => environment.Name)
            .Concat(listing.Complaints.Select(complaint => complaint.Environment))
            .Contains(name, StringComparer.OrdinalIgnoreCase);
    }
}
