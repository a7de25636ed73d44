using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using CivicQ.Host.Presentation.Values;

namespace CivicQ.Host.Presentation.Views;

/// <summary>
/// What a column shows: a property, or one static method of the module applied to properties. That is the only form of script block
/// that the module's views use, and the only one understood here.
/// </summary>
public sealed partial class ViewExpression
{
    private readonly MethodInfo[] methods;
    private readonly string[][] paths;

    private ViewExpression(MethodInfo[] methods, string[][] paths) => (this.methods, this.paths) = (methods, paths);

    /// <summary>A property.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>The expression.</returns>
    public static ViewExpression Property(string name) => new([], [[name]]);

    /// <summary>A call <c>[Namespace.Type]::Method($_.A, $_.B)</c>.</summary>
    /// <param name="script">The script block's text.</param>
    /// <param name="resolve">Finds a type by its full name.</param>
    /// <returns>The expression.</returns>
    /// <exception cref="FormatException">The script block has another form, or names what does not exist.</exception>
    public static ViewExpression Call(string script, Func<string, Type?> resolve)
    {
        var form = Form().Match(script);
        if (!form.Success)
        {
            throw new FormatException($"The script block '{script.Trim()}' is not of the form [Type]::Method($_.Property).");
        }

        var arguments = form.Groups["argument"].Captures
            .Select(argument => argument.Value.Split('.', StringSplitOptions.RemoveEmptyEntries)[1..]).ToArray();
        var methods = resolve(form.Groups["type"].Value)?.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.Name == form.Groups["method"].Value && method.GetParameters().Length == arguments.Length).ToArray();
        return methods is { Length: > 0 }
            ? new ViewExpression(methods, arguments)
            : throw new FormatException($"There is no method [{form.Groups["type"].Value}]::{form.Groups["method"].Value} with {arguments.Length} parameters.");
    }

    /// <summary>The value for an object.</summary>
    /// <param name="value">The object.</param>
    /// <returns>The property's value or the method's result; null where the method fails, as PowerShell leaves such a cell empty.</returns>
    public object? Evaluate(object value)
    {
        var arguments = paths.Select(path => path.Aggregate((object?)value, ObjectProperties.Get)).Select(ObjectProperties.Unwrap).ToArray();
        if (methods.Length == 0)
        {
            return arguments[0];
        }

        var method = Array.Find(methods, method => Fits(method, arguments)) ?? methods[0];
        try
        {
            return method.Invoke(null, [.. method.GetParameters().Select((parameter, index) => Convert(arguments[index], parameter.ParameterType))]);
        }
        catch (Exception error) when (error is TargetInvocationException or ArgumentException or InvalidCastException or FormatException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Whether the result is the module's own text, which may carry colours.</summary>
    public bool IsCall => methods.Length > 0;

    private static bool Fits(MethodInfo method, object?[] arguments) =>
        method.GetParameters().Select((parameter, index) => arguments[index] is { } argument
            ? parameter.ParameterType.IsInstanceOfType(argument)
            : !parameter.ParameterType.IsValueType || Nullable.GetUnderlyingType(parameter.ParameterType) is not null).All(fits => fits);

    private static object? Convert(object? argument, Type type)
    {
        // As in PowerShell: a text that is null is an empty one.
        if (argument is null && type == typeof(string))
        {
            return "";
        }

        var target = Nullable.GetUnderlyingType(type) ?? type;
        return argument is null || target.IsInstanceOfType(argument) ? argument : System.Convert.ChangeType(argument, target, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"^\s*\[(?<type>[\w.]+)\]::(?<method>\w+)\(\s*(?<argument>\$_(?:\.\w+)*)(?:\s*,\s*(?<argument>\$_(?:\.\w+)*))*\s*\)\s*$")]
    private static partial Regex Form();
}
