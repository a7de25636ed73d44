using System.IO.Enumeration;
using CivicQ.Ops.Core.Errors;
using CivicQ.Ops.Core.Naming;

namespace CivicQ.Ops.Core.Services;

/// <summary>The services and instances that names and wildcards mean.</summary>
public static class ServiceSelection
{
    private static readonly char[] Wildcards = ['*', '?'];

    /// <summary>Selects services by the names that they have in every environment, or by the platform's.</summary>
    /// <param name="host">Where they are, for messages.</param>
    /// <param name="services">All services.</param>
    /// <param name="names">The names; <c>*</c> and <c>?</c> are wildcards. Empty for all.</param>
    /// <param name="missing">Gets an error for each name without wildcard that fits none.</param>
    /// <returns>The services, each once, in their own order.</returns>
    public static IReadOnlyList<ServiceInfo> Select(
        IServiceHost host, IReadOnlyList<ServiceInfo> services, IReadOnlyCollection<string> names, Action<OperationException> missing)
    {
        foreach (var name in names.Where(name => name.IndexOfAny(Wildcards) < 0 && !services.Any(service => Fits(service, name))))
        {
            var known = services.Select(service => service.Service).Concat(services.Select(service => service.PlatformName)).Distinct(StringComparer.OrdinalIgnoreCase);
            missing(new OperationException(
                ServiceErrors.NotFound, $"Environment '{host.Environment}' has no service '{name}' ({host.Address}).{NearestName.Hint(name, known)}", name));
        }

        return names.Count == 0 ? services : [.. services.Where(service => names.Any(name => Fits(service, name)))];
    }

    /// <summary>Selects instances by name.</summary>
    /// <param name="host">Where they are, for messages.</param>
    /// <param name="instances">All instances.</param>
    /// <param name="names">The names or identifiers; <c>*</c> and <c>?</c> are wildcards. Empty for all.</param>
    /// <param name="missing">Gets an error for each name without wildcard that fits none.</param>
    /// <returns>The instances, each once, in their own order.</returns>
    public static IReadOnlyList<ServiceInstance> Select(
        IServiceHost host, IReadOnlyList<ServiceInstance> instances, IReadOnlyCollection<string> names, Action<OperationException> missing)
    {
        foreach (var name in names.Where(name => name.IndexOfAny(Wildcards) < 0 && !instances.Any(instance => Fits(instance, name))))
        {
            missing(new OperationException(
                ServiceErrors.InstanceNotFound,
                $"Environment '{host.Environment}' has no instance '{name}' ({host.Address}).{NearestName.Hint(name, instances.Select(instance => instance.Instance))}",
                name));
        }

        return names.Count == 0 ? instances : [.. instances.Where(instance => names.Any(name => Fits(instance, name)))];
    }

    private static bool Fits(ServiceInfo service, string name) =>
        FileSystemName.MatchesSimpleExpression(name, service.Service) || FileSystemName.MatchesSimpleExpression(name, service.PlatformName);

    private static bool Fits(ServiceInstance instance, string name) =>
        FileSystemName.MatchesSimpleExpression(name, instance.Instance)
        || string.Equals(name, instance.Id, StringComparison.OrdinalIgnoreCase)
        || (name.Length >= 12 && instance.Id.StartsWith(name, StringComparison.OrdinalIgnoreCase));
}
