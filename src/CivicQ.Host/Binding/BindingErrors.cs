using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace CivicQ.Host.Binding;

/// <summary>The binder's errors, in PowerShell's words, with its ids and categories.</summary>
internal sealed class BindingErrors(InvocationInfo invocation)
{
    public ParameterBindingException NamedNotFound(string name) => Make(
        $"A parameter cannot be found that matches parameter name '{name}'.", "NamedParameterNotFound", parameter: name);

    public ParameterBindingException Ambiguous(string name, IEnumerable<ParameterDescription> matches) => Make(
        $"Parameter cannot be processed because the parameter name '{name}' is ambiguous. Possible matches include:{string.Concat(matches.Select(match => $" -{match.Name}"))}.",
        "AmbiguousParameter", parameter: name);

    public ParameterBindingException AlreadyBound(ParameterDescription parameter) => Make(
        $"Cannot bind parameter because parameter '{parameter.Name}' is specified more than once. To provide multiple values to parameters that can accept multiple values, use the array syntax. For example, \"-parameter value1,value2,value3\".",
        "ParameterAlreadyBound", parameter: parameter.Name, type: parameter.Type);

    public ParameterBindingException MissingArgument(ParameterDescription parameter) => Make(
        $"Missing an argument for parameter '{parameter.Name}'. Specify a parameter of type '{parameter.Type.FullName}' and try again.",
        "MissingArgument", parameter: parameter.Name, type: parameter.Type);

    public ParameterBindingException PositionalNotFound(object? value) => Make(
        $"A positional parameter cannot be found that accepts argument '{Text(value)}'.", "PositionalParameterNotFound", target: value);

    public ParameterBindingException AmbiguousSet() => Make(
        "Parameter set cannot be resolved using the specified named parameters. One or more parameters issued cannot be used together or an insufficient number of parameters were provided.",
        "AmbiguousParameterSet");

    public ParameterBindingException MissingMandatory(IEnumerable<ParameterDescription> missing) => Make(
        $"Cannot process command because of one or more missing mandatory parameters:{string.Concat(missing.Select(parameter => $" {parameter.Name}"))}.",
        "MissingMandatoryParameter");

    public ParameterBindingException CannotConvert(ParameterDescription parameter, object? value, string type, string reason, Exception? inner) => Make(
        $"Cannot convert '{Text(value)}' to the type '{type}' required by parameter '{parameter.Name}'. {reason}", "CannotConvertArgument",
        parameter: parameter.Name, type: parameter.Type, inner: inner);

    public ParameterBindingException CannotConvert(ParameterDescription parameter, Exception error) => Make(
        $"Cannot bind parameter '{parameter.Name}'. {error.Message}", "CannotConvertArgumentNoMessage", parameter: parameter.Name, type: parameter.Type, inner: error);

    public ParameterBindingException Transformation(ParameterDescription parameter, Exception error) => Make(
        $"Cannot process argument transformation on parameter '{parameter.Name}'. {error.Message}", "ParameterArgumentTransformationError",
        ErrorCategory.InvalidData, parameter.Name, parameter.Type, inner: error);

    public ParameterBindingException Validation(ParameterDescription parameter, object? value, Exception error) => Make(
        $"Cannot validate argument on parameter '{parameter.Name}'. {error.Message}", "ParameterArgumentValidationError",
        ErrorCategory.InvalidData, parameter.Name, parameter.Type, value, error);

    public ParameterBindingException Empty(ParameterDescription parameter, string what, string id, ErrorCategory category = ErrorCategory.InvalidData) => Make(
        $"Cannot bind argument to parameter '{parameter.Name}' because it is {what}.", id, category, parameter.Name, parameter.Type);

    public ParameterBindingException Failed(ParameterDescription parameter, Exception error) => Make(
        $"Cannot bind parameter '{parameter.Name}' to the target. Exception setting \"{parameter.Name}\": \"{error.Message}\"", "ParameterBindingFailed", ErrorCategory.WriteError,
        parameter.Name, parameter.Type, inner: error);

    public ParameterBindingException InputNotBound(object? input) => Make(
        "The input object cannot be bound to any parameters for the command either because the command does not take pipeline input or the input and its properties do not match any of the parameters that take pipeline input.",
        "InputObjectNotBound", target: input);

    public ParameterBindingException InputMissesMandatory(object? input, IEnumerable<ParameterDescription> missing) => Make(
        $"The input object cannot be bound because it did not contain the information required to bind all mandatory parameters: {string.Concat(missing.Select(parameter => $" {parameter.Name}"))}",
        "InputObjectMissingMandatory", target: input);

    public ParameterBindingException NoVariables(ParameterDescription parameter) => Make(
        $"civicq has no variables, so that '-{parameter.Name}' has nowhere to write: run the cmdlet in PowerShell, or use --output json.",
        "ParameterNotSupported", ErrorCategory.NotImplemented, parameter.Name, parameter.Type);

    public ParameterBindingException NoDynamicParameters() => Make(
        "Cannot retrieve the dynamic parameters for the cmdlet. civicq does not know dynamic parameters.", "GetDynamicParametersException");

    private static string? Text(object? value) => value is null ? "null" : Convert.ToString(value, CultureInfo.InvariantCulture);

    private ParameterBindingException Make(
        string message, string id, ErrorCategory category = ErrorCategory.InvalidArgument, string? parameter = null, Type? type = null, object? target = null, Exception? inner = null) =>
        CommandHosting.CreateBindingException(message, id, category, invocation, parameter, type, target, inner);
}
