namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of Docker engines.</summary>
public static class DockerErrors
{
    /// <summary>No engine answers at the address.</summary>
    public static readonly ErrorDefinition Unreachable = new(
        "DockerUnreachable", ErrorKind.ConnectionError,
        "Check that the daemon runs (systemctl status docker) and that the address is its own (docker context ls, DOCKER_HOST, services.compose.host); runbook: Service Down.");

    /// <summary>This account may not talk to the engine.</summary>
    public static readonly ErrorDefinition Denied = new(
        "DockerDenied", ErrorKind.PermissionDenied, "Run as a member of the group docker, as root, or with the client certificate that the engine asks for.");

    /// <summary>The address is none that can be spoken to.</summary>
    public static readonly ErrorDefinition EndpointInvalid = new(
        "DockerEndpointInvalid", ErrorKind.InvalidArgument, "Write unix:///var/run/docker.sock, npipe:////./pipe/docker_engine or tcp://host:2376.");

    /// <summary>The docker CLI has no context of this name, or its file is broken.</summary>
    public static readonly ErrorDefinition ContextInvalid = new(
        "DockerContextInvalid", ErrorKind.ObjectNotFound, "docker context ls lists the contexts; DOCKER_CONFIG names the folder that holds them.");

    /// <summary>The TLS handshake with the engine failed, or its certificates cannot be read.</summary>
    public static readonly ErrorDefinition TlsFailed = new(
        "DockerTlsFailed", ErrorKind.SecurityError, "Check ca.pem, cert.pem and key.pem of the certificate folder (DOCKER_CERT_PATH): the engine's name must be in its certificate, and none may have expired.");

    /// <summary>The engine did not answer within the time allowed.</summary>
    public static readonly ErrorDefinition TimedOut = new(
        "DockerTimedOut", ErrorKind.OperationTimeout, "The daemon hangs or the machine is overloaded: look at its log (journalctl -u docker) and at Get-CivicQHostResource.");

    /// <summary>The connection broke in the middle of an answer.</summary>
    public static readonly ErrorDefinition ConnectionLost = new(
        "DockerConnectionLost", ErrorKind.ConnectionError, "The daemon was restarted, or the connection was cut: run it again. Get-CivicQLog -Follow goes on by itself.");

    /// <summary>The engine is older than what is asked of it.</summary>
    public static readonly ErrorDefinition VersionUnsupported = new(
        "DockerVersionUnsupported", ErrorKind.InvalidOperation, "Use Docker Engine 18.09 or later.");

    /// <summary>No container has this name.</summary>
    public static readonly ErrorDefinition ContainerNotFound = new(
        "DockerContainerNotFound", ErrorKind.ObjectNotFound, "Get-CivicQServiceInstance lists the containers; a new release gives them new identifiers.");

    /// <summary>No image has this name.</summary>
    public static readonly ErrorDefinition ImageNotFound = new(
        "DockerImageNotFound", ErrorKind.ObjectNotFound, "Build or pull the image on that engine first (docker image ls).");

    /// <summary>No network has this name.</summary>
    public static readonly ErrorDefinition NetworkNotFound = new(
        "DockerNetworkNotFound", ErrorKind.ObjectNotFound, "docker network ls lists the networks; docker compose up makes those of the project.");

    /// <summary>The engine says that this cannot be done in the present state.</summary>
    public static readonly ErrorDefinition Conflict = new(
        "DockerConflict", ErrorKind.InvalidOperation, "The message has the engine's own words; Get-CivicQServiceInstance shows the state.");

    /// <summary>The engine refused or failed to do it.</summary>
    public static readonly ErrorDefinition RequestFailed = new(
        "DockerRequestFailed", ErrorKind.InvalidResult, "The message has the engine's own words; its log has more (journalctl -u docker).");

    /// <summary>The engine cannot give a container's log.</summary>
    public static readonly ErrorDefinition LogUnreadable = new(
        "DockerLogUnreadable", ErrorKind.ReadError, "Use a log driver that can be read back (json-file, local, journald), or look where the driver sends the lines.");

    /// <summary>What answered does not speak as an engine does.</summary>
    public static readonly ErrorDefinition AnswerInvalid = new(
        "DockerAnswerInvalid", ErrorKind.ProtocolError, "Check that the address is a Docker engine's, and that no proxy is in between.");

    /// <summary>The program is not in the container, or may not be run.</summary>
    public static readonly ErrorDefinition ProgramNotFound = new(
        "DockerProgramNotFound", ErrorKind.ObjectNotFound, "Name a program that the image has, with its full path; no shell is in between.");
}
