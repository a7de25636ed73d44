using System.Management.Automation;
using System.Management.Automation.Internal;
using CivicQ.Host.Parsing;

namespace CivicQ.Host.Binding;

/// <summary>Binds a command's words, then each object of its input, in the order in which PowerShell decides.</summary>
internal sealed class ParameterBinder
{
    private readonly CmdletDescription cmdlet;
    private readonly InternalCommand command;
    private readonly InvocationInfo invocation;
    private readonly BindingErrors errors;
    private readonly ParameterWriter writer;
    private readonly HashSet<ParameterDescription> bound = [];
    private readonly Dictionary<ParameterDescription, object?> fromPipeline = [];
    private readonly List<string> allSets;
    private List<string> commandLineSets;
    private List<string> sets;

    public ParameterBinder(CmdletDescription cmdlet, InternalCommand command, InvocationInfo invocation)
    {
        this.cmdlet = cmdlet;
        this.command = command;
        this.invocation = invocation;
        errors = new BindingErrors(invocation);
        writer = new ParameterWriter(OwnerOf, errors);
        allSets = cmdlet.ParameterSets.Count > 0 ? [.. cmdlet.ParameterSets] : [ParameterAttribute.AllParameterSets];
        sets = commandLineSets = allSets;
    }

    public CommonArguments Common { get; } = new();

    public ShouldProcessArguments ShouldProcess { get; } = new();

    /// <summary>Binds names, positions and what remains, and sees that nothing mandatory is missing.</summary>
    /// <exception cref="ParameterBindingException">The words do not fit the cmdlet.</exception>
    public void BindCommandLine(IReadOnlyList<CommandElement> elements, bool expectsInput)
    {
        if (command is IDynamicParameters)
        {
            throw errors.NoDynamicParameters();
        }

        var positional = BindNamed(elements);
        if (sets.Count == 0)
        {
            throw errors.AmbiguousSet();
        }

        BindRemaining(BindPositional(positional));
        if (sets.Count == 0)
        {
            throw errors.AmbiguousSet();
        }

        ResolveSet(expectsInput);
        commandLineSets = sets;
    }

    /// <summary>Binds an object of the pipeline's input, instead of the one before it.</summary>
    /// <exception cref="ParameterBindingException">The object does not fit; it is passed over.</exception>
    public void BindInput(object? input)
    {
        RestoreDefaults();
        sets = [.. commandLineSets];
        var any = false;
        foreach (var (byValue, coerce) in new[] { (true, false), (false, false), (true, true), (false, true) })
        {
            any |= (Default is { } first && sets.Count > 1 && BindInput(input, byValue, coerce, [first])) || BindInput(input, byValue, coerce, sets);
        }

        if (!any)
        {
            throw errors.InputNotBound(input);
        }

        var complete = sets.Where(set => !Missing(set).Any()).ToList();
        if (complete.Count == 0)
        {
            throw errors.InputMissesMandatory(input, Missing(Default ?? sets[0]));
        }

        Choose(Default is { } preferred && complete.Contains(preferred) ? preferred : complete.Count == 1 || allSets.Count == 1 ? complete[0] : throw errors.AmbiguousSet());
    }

    private string? Default => cmdlet.DefaultParameterSet is { } name ? sets.Find(set => string.Equals(set, name, StringComparison.OrdinalIgnoreCase)) : null;

    private object OwnerOf(ParameterDescription parameter) => parameter.Property.DeclaringType switch
    {
        var type when type == typeof(CommonArguments) => Common,
        var type when type == typeof(ShouldProcessArguments) => ShouldProcess,
        _ => command,
    };

    private List<ArgumentElement> BindNamed(IReadOnlyList<CommandElement> elements)
    {
        var positional = new List<ArgumentElement>();
        for (var i = 0; i < elements.Count; i++)
        {
            if (elements[i] is not ParameterElement named)
            {
                positional.Add((ArgumentElement)elements[i]);
                continue;
            }

            var parameter = Find(named.Name);
            object? value = true;
            if (named.Attached is { } attached)
            {
                value = attached is { Form: ArgumentForm.Word, Text.Length: 0 } ? throw errors.MissingArgument(parameter) : ArgumentReader.Read(attached, parameter);
                // A switch that is given nothing is there all the same.
                value = value is null && parameter.IsSwitch ? true : value;
            }
            else if (!parameter.IsSwitch)
            {
                value = i + 1 < elements.Count && elements[i + 1] is ArgumentElement next
                    ? ArgumentReader.Read(next, parameter)
                    : throw errors.MissingArgument(parameter);
                i++;
            }

            if (bound.Contains(parameter))
            {
                throw errors.AlreadyBound(parameter);
            }

            if (parameter.IsCommon && parameter.Name.EndsWith("Variable", StringComparison.Ordinal))
            {
                throw errors.NoVariables(parameter);
            }

            Bind(parameter, value, coerce: true, sets.Count > 0 ? sets : allSets);
        }

        return positional;
    }

    private ParameterDescription Find(string name)
    {
        if (cmdlet.Parameters.FirstOrDefault(parameter => parameter.IsNamed(name)) is { } exact)
        {
            return exact;
        }

        var matches = cmdlet.Parameters.Where(parameter => parameter.Begins(name)).ToList();
        if (matches.Count > 1 && matches.Exists(match => !match.IsCommon))
        {
            // A beginning that is a cmdlet's own parameter's and a common one's means the cmdlet's own.
            matches.RemoveAll(match => match.IsCommon);
        }

        return matches.Count switch
        {
            1 => matches[0],
            0 => throw errors.NamedNotFound(name),
            _ => throw errors.Ambiguous(name, matches),
        };
    }

    private List<ArgumentElement> BindPositional(List<ArgumentElement> arguments)
    {
        var left = new Queue<ArgumentElement>(arguments);
        var positions = cmdlet.Parameters.Where(parameter => !bound.Contains(parameter))
            .SelectMany(parameter => parameter.Roles.Values.Where(role => role.Position is not null).Select(role => role.Position!.Value))
            .Distinct().Order().ToList();
        foreach (var position in positions)
        {
            if (left.Count == 0)
            {
                break;
            }

            if (BindAt(position, left.Peek()))
            {
                left.Dequeue();
            }
        }

        return [.. left];
    }

    // The default set before the others, what fits as it is before what must be converted; the last failure is the one to tell.
    private bool BindAt(int position, ArgumentElement argument)
    {
        ParameterBindingException? failure = null;
        foreach (var coerce in new[] { false, true })
        {
            foreach (var candidates in new[] { Default is { } first ? [first] : new List<string>(), sets })
            {
                foreach (var parameter in cmdlet.Parameters.Where(parameter => !bound.Contains(parameter) && candidates.Exists(set => parameter.RoleIn(set)?.Position == position)).ToList())
                {
                    if (parameter.RoleIn(candidates[0]) is { Remaining: true })
                    {
                        continue;
                    }

                    try
                    {
                        var value = argument.Form == ArgumentForm.Number && !coerce ? argument.Value : ArgumentReader.Read(argument, parameter);
                        if (Bind(parameter, value, coerce, candidates))
                        {
                            return true;
                        }
                    }
                    catch (ParameterBindingException error)
                    {
                        failure ??= error;
                    }
                }
            }
        }

        return failure is null ? false : throw failure;
    }

    private void BindRemaining(List<ArgumentElement> left)
    {
        if (left.Count == 0)
        {
            return;
        }

        var rest = cmdlet.Parameters.FirstOrDefault(parameter => !bound.Contains(parameter) && sets.Exists(set => parameter.RoleIn(set) is { Remaining: true }))
            ?? throw errors.PositionalNotFound(left[0].Value);
        var values = left.Select(argument => ArgumentReader.Read(argument, rest)).ToArray();
        Bind(rest, values.Length == 1 && values[0] is Array ? values[0] : values, coerce: true, sets);
    }

    private void ResolveSet(bool expectsInput)
    {
        var complete = sets.Where(set => !Missing(set).Any(parameter => !expectsInput || !TakesInput(parameter, set))).ToList();
        if (expectsInput && complete.Count > 0)
        {
            if (PrefersDefault())
            {
                var needed = Missing(Default!).Where(parameter => !TakesInput(parameter, Default!)).ToList();
                Choose(needed.Count == 0 ? Default! : throw errors.MissingMandatory(needed));
                return;
            }

            // Which set it is may depend on the objects to come.
            sets = complete;
            Choose(Default ?? complete[0], narrow: false);
            return;
        }

        var chosen = Default ?? (sets.Count == 1 ? sets[0] : complete.Count == 1 ? complete[0] : null);
        if (chosen is null)
        {
            // No set of its own has been asked for: PowerShell goes on when no set wants anything more.
            throw errors.AmbiguousSet();
        }

        var missing = Missing(chosen).ToList();
        if (missing.Count > 0 && complete.Count == 1 && Default is not null && bound.Any(parameter => parameter.Roles.ContainsKey(complete[0])))
        {
            chosen = complete[0];
        }
        else if (missing.Count > 0)
        {
            throw errors.MissingMandatory(missing);
        }

        Choose(chosen);
    }

    // PowerShell's rule: before the first object comes, a default set that still needs something is settled on, unless another one
    // has as good a claim to the input: by property names where the default set binds so, else in any way.
    private bool PrefersDefault()
    {
        var needing = sets.Where(set => Missing(set).Any()).ToList();
        if (Default is not { } preferred || needing.Count < 2 || !needing.Contains(preferred))
        {
            return false;
        }

        var others = needing.Where(set => set != preferred).ToList();
        var byName = (string set) => Missing(set).Any(parameter => parameter.RoleIn(set) is { ByPropertyName: true });
        return (byName(preferred) && !others.Exists(set => byName(set))) || !others.Exists(set => Missing(set).All(parameter => TakesInput(parameter, set)));
    }

    private void Choose(string set, bool narrow = true)
    {
        if (narrow)
        {
            sets = [set];
        }

        CommandHosting.SetParameterSetName(command, set);
    }

    private static bool TakesInput(ParameterDescription parameter, string set) => parameter.RoleIn(set) is { ByValue: true } or { ByPropertyName: true };

    private IEnumerable<ParameterDescription> Missing(string set) =>
        cmdlet.Parameters.Where(parameter => !bound.Contains(parameter) && !fromPipeline.ContainsKey(parameter) && parameter.RoleIn(set) is { Mandatory: true });

    private bool BindInput(object? input, bool byValue, bool coerce, List<string> candidates)
    {
        var any = false;
        foreach (var parameter in cmdlet.Parameters)
        {
            if (bound.Contains(parameter) || fromPipeline.ContainsKey(parameter) || !sets.Exists(set => parameter.RoleIn(set) is not null)
                || !candidates.Exists(set => byValue ? parameter.RoleIn(set) is { ByValue: true } : parameter.RoleIn(set) is { ByPropertyName: true }))
            {
                continue;
            }

            var value = input;
            if (!byValue && !TryProperty(input, parameter, out value))
            {
                continue;
            }

            try
            {
                var before = writer.Get(parameter);
                var mandatory = candidates.Exists(set => parameter.RoleIn(set) is { Mandatory: true });
                if (writer.Bind(parameter, value, coerce, mandatory))
                {
                    fromPipeline[parameter] = before;
                    Note(parameter);
                    any = true;
                }
            }
            catch (ParameterBindingException error) when (error.ErrorId.StartsWith("CannotConvertArgument", StringComparison.Ordinal))
            {
                // Another way of binding may fit.
            }
        }

        return any;
    }

    private static bool TryProperty(object? input, ParameterDescription parameter, out object? value)
    {
        value = null;
        if (input is null)
        {
            return false;
        }

        var properties = PSObject.AsPSObject(input).Properties;
        if (parameter.Aliases.Prepend(parameter.Name).Select(name => properties[name]).FirstOrDefault(found => found is { IsGettable: true }) is not { } property)
        {
            return false;
        }

        value = property.Value;
        return true;
    }

    private bool Bind(ParameterDescription parameter, object? value, bool coerce, List<string> candidates)
    {
        var mandatory = candidates.Exists(set => parameter.RoleIn(set) is { Mandatory: true });
        if (!writer.Bind(parameter, value, coerce, mandatory))
        {
            return false;
        }

        bound.Add(parameter);
        Note(parameter);
        return true;
    }

    // What was bound narrows the sets that are still possible, and shows in $PSBoundParameters.
    private void Note(ParameterDescription parameter)
    {
        sets = [.. sets.Where(set => parameter.RoleIn(set) is not null)];
        invocation.BoundParameters[parameter.Name] = writer.Get(parameter);
    }

    private void RestoreDefaults()
    {
        foreach (var (parameter, before) in fromPipeline)
        {
            writer.Restore(parameter, before);
            invocation.BoundParameters.Remove(parameter.Name);
        }

        fromPipeline.Clear();
    }
}
