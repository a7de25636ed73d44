using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Reflection;

namespace CivicQ.Host.Binding;

/// <summary>Takes one value through transformation, conversion and validation, and sets the property.</summary>
internal sealed class ParameterWriter(Func<ParameterDescription, object> ownerOf, BindingErrors errors)
{
    /// <summary>Binds a value. Without coercion a value of another type is left alone.</summary>
    /// <returns>Whether it was bound.</returns>
    /// <exception cref="ParameterBindingException">The value does not fit.</exception>
    public bool Bind(ParameterDescription parameter, object? value, bool coerce, bool mandatory)
    {
        if (coerce)
        {
            value = Coerce(parameter, Transform(parameter, value));
        }
        else if (!Fits(parameter, ref value))
        {
            return false;
        }

        // The parameter's own checks first: they have more to say than that it is empty.
        foreach (var validator in parameter.Validators)
        {
            try
            {
                CommandHosting.Validate(validator, value);
            }
            catch (Exception error) when (error is not PipelineStoppedException)
            {
                throw errors.Validation(parameter, value, error);
            }
        }

        if (mandatory)
        {
            RefuseEmpty(parameter, value);
        }

        Set(parameter, value);
        return true;
    }

    public object? Get(ParameterDescription parameter) => parameter.Property.CanRead ? parameter.Property.GetValue(ownerOf(parameter)) : null;

    public void Restore(ParameterDescription parameter, object? value) => parameter.Property.SetValue(ownerOf(parameter), value);

    private static bool Fits(ParameterDescription parameter, ref object? value)
    {
        var type = parameter.Type;
        if (type == typeof(object) || (type == typeof(PSObject) && value is PSObject))
        {
            return true;
        }

        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        if (plain is null)
        {
            return false;
        }

        var target = Nullable.GetUnderlyingType(type) ?? type;
        if (target.IsInstanceOfType(plain))
        {
            value = plain;
            return true;
        }

        // One object for a list of such objects needs no conversion either.
        if (type.IsArray && (type.GetElementType() == typeof(object) ? plain is not IEnumerable or string : type.GetElementType()!.IsInstanceOfType(plain)))
        {
            var array = Array.CreateInstance(type.GetElementType()!, 1);
            array.SetValue(plain, 0);
            value = array;
            return true;
        }

        return false;
    }

    private object? Transform(ParameterDescription parameter, object? value)
    {
        foreach (var transformer in parameter.Transformers)
        {
            try
            {
                value = CommandHosting.Transform(transformer, value);
            }
            catch (Exception error) when (error is not PipelineStoppedException)
            {
                throw errors.Transformation(parameter, error);
            }
        }

        return value;
    }

    private object? Coerce(ParameterDescription parameter, object? value)
    {
        var type = parameter.Type;
        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        if (plain is null)
        {
            // PowerShell hands null on as it is, and fails where the property cannot take it.
            return type == typeof(SwitchParameter) ? SwitchParameter.Present
                : type == typeof(bool) ? throw errors.Empty(parameter, "null", "ParameterArgumentValidationErrorNullNotAllowed", ErrorCategory.InvalidArgument)
                : null;
        }

        if (plain is IEnumerable and not string and not IDictionary && !parameter.IsCollection && type != typeof(object) && type != typeof(PSObject)
            && !type.IsInstanceOfType(plain) && !type.IsEnum && type != typeof(bool))
        {
            throw errors.CannotConvert(parameter, plain.GetType().FullName, type.FullName!, "Specified method is not supported.", null);
        }

        // Yes or no is said by a yes or no, or by a number: the text "false" would mean yes.
        if ((type == typeof(bool) || type == typeof(SwitchParameter)) && plain is not bool and not decimal and not SwitchParameter && !(plain.GetType().IsPrimitive && plain is not char))
        {
            throw errors.CannotConvert(parameter, plain.GetType().FullName, type.FullName!, string.Empty, null);
        }

        if (type.IsArray && plain is IEnumerable list and not string and not IDictionary)
        {
            RefuseNested(parameter, list, type.GetElementType()!);
        }

        try
        {
            return LanguagePrimitives.ConvertTo(value, type);
        }
        catch (PSInvalidCastException error)
        {
            throw errors.CannotConvert(parameter, error);
        }
        catch (NotSupportedException error)
        {
            throw errors.CannotConvert(parameter, plain, type.FullName!, error.Message, error);
        }
    }

    private void RefuseNested(ParameterDescription parameter, IEnumerable list, Type element)
    {
        if (element == typeof(object) || element == typeof(PSObject) || (element != typeof(string) && typeof(IEnumerable).IsAssignableFrom(element)))
        {
            return;
        }

        foreach (var item in list)
        {
            if (item is IEnumerable and not string and not IDictionary)
            {
                throw errors.CannotConvert(parameter, item.GetType().FullName, element.FullName!, "Specified method is not supported.", null);
            }
        }
    }

    private void RefuseEmpty(ParameterDescription parameter, object? value)
    {
        switch (value)
        {
            case null when !parameter.AllowsNull:
                throw errors.Empty(parameter, "null", "ParameterArgumentValidationErrorNullNotAllowed");
            case "" when !parameter.AllowsEmptyString:
                throw errors.Empty(parameter, "an empty string", "ParameterArgumentValidationErrorEmptyStringNotAllowed");
            case Array { Length: 0 } when !parameter.AllowsEmptyCollection:
                throw errors.Empty(parameter, "an empty array", "ParameterArgumentValidationErrorEmptyArrayNotAllowed");
            case ICollection { Count: 0 } and not IDictionary and not Array when !parameter.AllowsEmptyCollection:
                throw errors.Empty(parameter, "an empty collection", "ParameterArgumentValidationErrorEmptyCollectionNotAllowed");
            case IEnumerable list and not string and not IDictionary:
                foreach (var item in list)
                {
                    if (item is null && !parameter.AllowsNull)
                    {
                        throw errors.Empty(parameter, "null", "ParameterArgumentValidationErrorNullNotAllowed");
                    }

                    if (item is "" && !parameter.AllowsEmptyString)
                    {
                        throw errors.Empty(parameter, "an empty string", "ParameterArgumentValidationErrorEmptyStringNotAllowed");
                    }
                }

                break;
            default:
                break;
        }
    }

    private void Set(ParameterDescription parameter, object? value)
    {
        if (value is null && parameter.Type.IsValueType && Nullable.GetUnderlyingType(parameter.Type) is null)
        {
            throw errors.Failed(parameter, new PSInvalidCastException($"Cannot convert null to type \"{parameter.Type.FullName}\"."));
        }

        try
        {
            parameter.Property.SetValue(ownerOf(parameter), value);
        }
        catch (TargetInvocationException error) when (error.InnerException is { } inner)
        {
            throw errors.Failed(parameter, inner);
        }
    }
}
