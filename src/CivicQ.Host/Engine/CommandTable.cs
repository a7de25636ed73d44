using System.Collections.Concurrent;
using System.Management.Automation;
using CivicQ.Host.Binding;
using CivicQ.Host.Modules;

namespace CivicQ.Host.Engine;

/// <summary>The commands that a session knows: the module's cmdlets, and the host's own.</summary>
public sealed class CommandTable(LoadedModule? module)
{
    private readonly Dictionary<string, Type> own = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> aliases = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<Type, CmdletDescription> descriptions = new();

    /// <summary>The names of all commands, sorted.</summary>
    public IReadOnlyList<string> Names => [.. (module?.CmdletNames ?? []).Concat(own.Keys).Order(StringComparer.OrdinalIgnoreCase)];

    /// <summary>Adds a command of the host's own.</summary>
    /// <param name="name">Verb-Noun.</param>
    /// <param name="cmdlet">A class that derives from <see cref="Cmdlet"/>.</param>
    /// <param name="others">Aliases, for instance <c>where</c>.</param>
    public void Register(string name, Type cmdlet, params string[] others)
    {
        own[name] = cmdlet;
        foreach (var alias in others)
        {
            aliases[alias] = name;
        }
    }

    /// <summary>The description of a command; null where there is none of that name.</summary>
    public CmdletDescription? Find(string name)
    {
        var full = aliases.GetValueOrDefault(name, name);
        full = full.StartsWith("CivicQ.Ops\\", StringComparison.OrdinalIgnoreCase) ? full["CivicQ.Ops\\".Length..] : full;
        var type = own.GetValueOrDefault(full) ?? module?.FindCmdlet(full);
        return type is null ? null : descriptions.GetOrAdd(type, found => new CmdletDescription(found));
    }

    /// <summary>PowerShell's error for a name that is no command, with the nearest name as the recommended action.</summary>
    public ErrorRecord NotFound(string name)
    {
        var error = new CommandNotFoundException(
            $"The term '{name}' is not recognized as a name of a cmdlet, function, script file, or executable program.{Environment.NewLine}Check the spelling of the name, or if a path was included, verify that the path is correct and try again.")
        {
            CommandName = name,
        };
        var record = new ErrorRecord(error.ErrorRecord, error);
        if (Names.Select(known => (Name: known, Distance: Distance(known.ToUpperInvariant(), name.ToUpperInvariant()))).OrderBy(pair => pair.Distance).FirstOrDefault() is
            { Name: not null } nearest && nearest.Distance <= Math.Max(2, name.Length / 3))
        {
            record.ErrorDetails = new ErrorDetails(error.Message) { RecommendedAction = $"Did you mean {nearest.Name}?" };
        }

        return record;
    }

    // Levenshtein's: how many letters to add, drop or change.
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
