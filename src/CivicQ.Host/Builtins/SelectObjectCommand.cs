using System.Management.Automation;

namespace CivicQ.Host.Builtins;

/// <summary>Select-Object: some properties, or some of the objects.</summary>
[Cmdlet("Select", "Object", DefaultParameterSetName = "DefaultParameter")]
public sealed class SelectObjectCommand : PSCmdlet
{
    private readonly List<object?> seen = [];
    private readonly Queue<object> last = new();
    private int skipped;
    private int written;

    /// <summary>The object.</summary>
    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>The names of the properties to keep; wildcards are allowed.</summary>
    [Parameter(Position = 0)]
    [SupportsWildcards]
    public string[]? Property { get; set; }

    /// <summary>The property whose value takes the object's place.</summary>
    [Parameter]
    public string? ExpandProperty { get; set; }

    /// <summary>Leaves repeated objects out.</summary>
    [Parameter]
    public SwitchParameter Unique { get; set; }

    /// <summary>So many from the beginning; what comes before in the pipeline is stopped then.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int First { get; set; }

    /// <summary>So many from the end.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Last { get; set; }

    /// <summary>So many are passed over at the beginning.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Skip { get; set; }

    private bool HasFirst => MyInvocation.BoundParameters.ContainsKey(nameof(First));

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (InputObject is null)
        {
            return;
        }

        if (skipped < Skip)
        {
            skipped++;
            return;
        }

        if (MyInvocation.BoundParameters.ContainsKey(nameof(Last)))
        {
            last.Enqueue(InputObject);
            if (last.Count > Last)
            {
                last.Dequeue();
            }

            return;
        }

        if (!HasFirst || written < First)
        {
            written++;
            Write(InputObject);
        }

        if (HasFirst && written >= First)
        {
            throw new StopUpstreamCommandsException(this);
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        foreach (var item in last)
        {
            Write(item);
        }
    }

    private void Write(object item)
    {
        if (ExpandProperty is { } name)
        {
            Expand(item, name);
            return;
        }

        WriteNew(Property is null ? item : Pick(item, Property, WriteError));
    }

    private void WriteNew(object? selected)
    {
        if (Unique)
        {
            var key = selected is PSObject { BaseObject: PSCustomObject } custom ? custom.ToString() : selected is PSObject plain ? plain.BaseObject : selected;
            if (seen.Exists(known => LanguagePrimitives.Equals(known, key, ignoreCase: false)))
            {
                return;
            }

            seen.Add(key);
        }

        WriteObject(selected);
    }

    private void Expand(object item, string name)
    {
        if (PropertyReader.TryRead(item, name, out var value))
        {
            foreach (var part in LanguagePrimitives.GetEnumerable(value) ?? new[] { value })
            {
                WriteNew(part);
            }
        }
        else
        {
            WriteError(new ErrorRecord(
                new PSArgumentException($"Property \"{name}\" cannot be found."), "ExpandPropertyNotFound", ErrorCategory.InvalidArgument, item));
        }
    }

    internal static PSObject Pick(object item, string[] names, Action<ErrorRecord>? report = null)
    {
        var picked = new PSObject();
        foreach (var name in names)
        {
            var pattern = new WildcardPattern(name, WildcardOptions.IgnoreCase);
            var matches = WildcardPattern.ContainsWildcardCharacters(name)
                ? PropertyReader.Names(item).Where(pattern.IsMatch)
                : [PropertyReader.Names(item).FirstOrDefault(own => string.Equals(own, name, StringComparison.OrdinalIgnoreCase)) ?? name];
            foreach (var match in matches.ToList())
            {
                if (picked.Properties[match] is not null)
                {
                    report?.Invoke(new ErrorRecord(
                        new PSArgumentException($"The property cannot be processed because the property \"{match}\" already exists."),
                        "AlreadyExistingUserSpecifiedPropertyNoExpand", ErrorCategory.InvalidOperation, item));
                    continue;
                }

                picked.Properties.Add(new PSNoteProperty(match, PropertyReader.Read(item, match)));
            }
        }

        return picked;
    }
}
