using System.Formats.Tar;
using System.Text;
using System.Text.Json;
using CivicQ.Ops.Core.Database.Migrations;
using CivicQ.Ops.Core.Environments;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Services;
using CivicQ.Ops.Core.Texts;

namespace CivicQ.Ops.Core.Procedures.Migrations;

/// <summary>
/// Alembic in an instance of the service that has it. The scripts are read with <c>cat</c> and <c>tar</c>. Alembic is run without a shell by the
/// instance's Python, which goes to the folder and sets variables first; the database's address is the instance's own.
/// </summary>
/// <param name="settings">Where the project is in the instance.</param>
/// <param name="host">Where the instance is; disposed of with this.</param>
/// <param name="instance">The instance.</param>
internal sealed class ServiceAlembic(MigrationSettings settings, IServiceHost host, ServiceInstance instance) : AlembicPlace
{
    private const int NotFound = 127;
    private const int NotExecutable = 126;
    private const int MostBytes = 64 * 1024 * 1024;

    // What only this machine can know is put in; what the instance has of its own stays.
    private const string Launcher = """
        import json, os, sys
        folder, variables, command = sys.argv[1], json.loads(sys.argv[2]), sys.argv[3:]
        try:
            os.chdir(folder)
            options = variables.pop('PGOPTIONS', None)
            os.environ.update(variables)
            if options:
                os.environ['PGOPTIONS'] = (os.environ.get('PGOPTIONS', '') + ' ' + options).strip()
            os.execvp(command[0], command)
        except OSError as error:
            print(command[0] + ': ' + str(error.strerror), file=sys.stderr)
            sys.exit(127)
        """;

    // Whoever runs it loses only the connection to it when it is cancelled. It may not even have begun: so this looks for a while.
    private const string Killer = """
        import os, signal, sys, time
        name, quiet, limit = sys.argv[1].encode(), time.monotonic() + 3, time.monotonic() + 20
        while True:
            found = False
            for pid in filter(str.isdigit, os.listdir('/proc')):
                for what in ('environ', 'cmdline'):
                    try:
                        with open('/proc/%s/%s' % (pid, what), 'rb') as file:
                            if int(pid) not in (os.getpid(), os.getppid()) and name in file.read():
                                os.kill(int(pid), signal.SIGKILL)
                                found = True
                                break
                    except OSError:
                        pass
            if not found and time.monotonic() > quiet:
                sys.exit(0)
            if time.monotonic() > limit:
                sys.exit(1)
            time.sleep(0.1)
        """;

    /// <inheritdoc/>
    public override string? Instance => instance.Instance;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => host.DisposeAsync();

    /// <inheritdoc/>
    internal override async Task<AlembicProject> ReadAsync(CancellationToken cancellationToken)
    {
        if (!settings.Folder.StartsWith('/'))
        {
            throw new OperationException(MigrationErrors.ProjectNotFound, $"database.migrations.folder must be a full path within {instance.Instance}, and '{settings.Folder}' is none.", settings.Folder);
        }

        var folder = settings.Folder.TrimEnd('/');
        var file = $"{folder}/{AlembicProject.SettingsFile}";
        var text = Encoding.UTF8.GetString((await CollectAsync(["cat", "--", file], file, cancellationToken).ConfigureAwait(false)).ToArray());
        var locations = AlembicSettings.Locations(text.Split('\n'), folder, file, path => Rooted(path, folder), ':').ToList();
        var scripts = new List<(string, string)>();
        // -h: what a ConfigMap mounts are links.
        var archive = await CollectAsync(["tar", "-c", "-h", "-f", "-", "-C", "/", "--", .. locations.Select(location => location.TrimStart('/'))], file, cancellationToken).ConfigureAwait(false);
        archive.Position = 0;
        using var reader = new TarReader(archive);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var path = "/" + entry.Name.TrimStart('/');
            if (entry.DataStream is { } data && path.EndsWith(".py", StringComparison.Ordinal) && locations.Contains(path[..path.LastIndexOf('/')], StringComparer.Ordinal))
            {
                using var content = new StreamReader(data, Encoding.UTF8);
                scripts.Add((path, await content.ReadToEndAsync(cancellationToken).ConfigureAwait(false)));
            }
        }

        return AlembicProject.Of(settings with { Folder = folder }, scripts);
    }

    /// <inheritdoc/>
    internal override async Task<int> RunAsync(
        AlembicProject project, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string> variables, Action<string, bool> line, CancellationToken cancellationToken)
    {
        var all = new Dictionary<string, string>(variables) { ["PYTHONUNBUFFERED"] = "1", ["PYTHONIOENCODING"] = "utf-8", ["PYTHONDONTWRITEBYTECODE"] = "1" };
        string[] command = ["python3", "-c", Launcher, project.Folder, JsonSerializer.Serialize(all), project.Program, "-c", AlembicProject.SettingsFile, .. arguments];
        var last = "";
        var output = new LineDecoder(text => line(text, false));
        var error = new LineDecoder(text => line(last = text, true));
        var code = await host.ExecuteAsync(instance, new ServiceCommand { Arguments = command, Output = output.AddAsync, Error = error.AddAsync }, cancellationToken).ConfigureAwait(false);
        output.End();
        error.End();
        return code is NotFound or NotExecutable
            ? throw new OperationException(MigrationErrors.ProgramNotInstalled, $"'{project.Program}' cannot be started in {instance.Instance}: {(last.Length > 0 ? last : "there is no python3")}.", project.Program)
            : code;
    }

    /// <inheritdoc/>
    internal override async Task KillAsync(string name, CancellationToken cancellationToken)
    {
        var last = "";
        var words = new LineDecoder(text => last = text);
        var command = new ServiceCommand { Arguments = ["python3", "-c", Killer, name], Output = words.AddAsync, Error = words.AddAsync };
        var code = await host.ExecuteAsync(instance, command, cancellationToken).ConfigureAwait(false);
        words.End();
        if (code != 0)
        {
            throw new OperationException(MigrationErrors.Failed, $"{instance.Instance}: the processes of Alembic could not be ended{(last.Length > 0 ? ": " + last : "")}.", instance.Instance);
        }
    }

    // A path within the instance, whatever this machine's paths are like.
    private static string Rooted(string path, string folder)
    {
        var parts = new List<string>();
        foreach (var part in (path.StartsWith('/') ? path : $"{folder}/{path}").Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && parts.Count > 0)
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ".."))
            {
                parts.Add(part);
            }
        }

        return "/" + string.Join('/', parts);
    }

    private async Task<MemoryStream> CollectAsync(IReadOnlyList<string> arguments, string file, CancellationToken cancellationToken)
    {
        var kept = new MemoryStream();
        var words = new StringBuilder();
        var errors = new LineDecoder(text => words.Append(words.Length > 0 ? "; " : "").Append(text));
        var command = new ServiceCommand
        {
            Arguments = arguments,
            Output = (piece, _) =>
            {
                if (kept.Length + piece.Length > MostBytes)
                {
                    throw new OperationException(MigrationErrors.ScriptsInvalid, $"{instance.Instance}: the scripts of {file} are larger than {MostBytes >> 20} MiB.", file);
                }

                kept.Write(piece.Span);
                return default;
            },
            Error = errors.AddAsync,
        };
        var code = await host.ExecuteAsync(instance, command, cancellationToken).ConfigureAwait(false);
        errors.End();
        return code == 0 ? kept : throw new OperationException(
            MigrationErrors.ProjectNotFound, $"{instance.Instance}: {file} and its scripts cannot be read: {(words.Length > 0 ? words : $"'{arguments[0]}' ended with code {code}")}.", file);
    }
}
