namespace CivicQ.Ops.Core.Errors;

/// <summary>Errors of Kubernetes: its configuration, the API server, and what it says about objects.</summary>
public static class KubernetesErrors
{
    /// <summary>A kubeconfig that cannot be used.</summary>
    public static readonly ErrorDefinition ConfigInvalid = new(
        "KubeConfigInvalid", ErrorKind.InvalidData, "Mend the file that the message names; KUBECONFIG may list several, of which the first that has an entry wins.");

    /// <summary>There is no kubeconfig.</summary>
    public static readonly ErrorDefinition ConfigNotFound = new(
        "KubeConfigNotFound", ErrorKind.ObjectNotFound,
        "Set KUBECONFIG, or write ~/.kube/config (aws eks update-kubeconfig, gcloud container clusters get-credentials); in a pod give it a service account.");

    /// <summary>Nobody said which context is meant.</summary>
    public static readonly ErrorDefinition ContextMissing = new(
        "KubeContextMissing", ErrorKind.InvalidOperation, "Name the context in the environment, or set one with kubectl config use-context.");

    /// <summary>No context, cluster or user has this name.</summary>
    public static readonly ErrorDefinition ContextNotFound = new(
        "KubeContextNotFound", ErrorKind.ObjectNotFound, "kubectl config get-contexts lists them; KUBECONFIG must name every file that holds one.");

    /// <summary>The program that gives the credential failed.</summary>
    public static readonly ErrorDefinition CredentialPluginFailed = new(
        "KubeCredentialPluginFailed", ErrorKind.AuthenticationError,
        "Run the program that the message names by hand and log in as it asks (aws sso login, gcloud auth login, az login); then try again.");

    /// <summary>The program that gives the credential is not there.</summary>
    public static readonly ErrorDefinition CredentialPluginMissing = new(
        "KubeCredentialPluginMissing", ErrorKind.NotInstalled, "Install the program that the kubeconfig's user needs, or put its folder on PATH.");

    /// <summary>A way to log in that is not supported.</summary>
    public static readonly ErrorDefinition CredentialUnsupported = new(
        "KubeCredentialUnsupported", ErrorKind.InvalidArgument, "Renew the kubeconfig with the provider's present tools: they write an exec entry.");

    /// <summary>The API server cannot be reached.</summary>
    public static readonly ErrorDefinition ClusterUnreachable = new(
        "ClusterUnreachable", ErrorKind.ConnectionError,
        "Check that the API server runs and that VPN, proxy and firewall let this machine through; runbook: Service Down.");

    /// <summary>The API server did not answer in time.</summary>
    public static readonly ErrorDefinition ClusterTimedOut = new(
        "ClusterTimedOut", ErrorKind.OperationTimeout, "The API server is overloaded, or a firewall drops packets; try again, and look at the control plane.");

    /// <summary>The API server's certificate is not trusted.</summary>
    public static readonly ErrorDefinition ClusterUntrusted = new(
        "ClusterUntrusted", ErrorKind.SecurityError,
        "Renew the kubeconfig: its certificate-authority is not the cluster's, or the server is known by another name (tls-server-name).");

    /// <summary>The API server does not know who asks.</summary>
    public static readonly ErrorDefinition ClusterUnauthorized = new(
        "ClusterUnauthorized", ErrorKind.AuthenticationError,
        "The token or certificate is wrong or has expired: log in again (aws sso login, gcloud auth login) or renew the kubeconfig.");

    /// <summary>The account may not do this.</summary>
    public static readonly ErrorDefinition ClusterForbidden = new(
        "ClusterForbidden", ErrorKind.PermissionDenied, "Ask for a role that grants the verb on the resource; kubectl auth can-i --list shows what you may do.");

    /// <summary>The API server refuses for now.</summary>
    public static readonly ErrorDefinition ClusterBusy = new(
        "ClusterBusy", ErrorKind.ResourceBusy, "The API server asked to come back later, several times; wait, and look at the load of the control plane.");

    /// <summary>The API server failed.</summary>
    public static readonly ErrorDefinition ClusterFailed = new(
        "ClusterFailed", ErrorKind.ResourceUnavailable, "Look at the log of the API server and at etcd's health; runbook: Service Down.");

    /// <summary>What answers is no API server, or one that does not have this.</summary>
    public static readonly ErrorDefinition ClusterAnswerUnexpected = new(
        "ClusterAnswerUnexpected", ErrorKind.ProtocolError, "Check the server's address in the kubeconfig: a proxy or a log-in page may answer in its place.");

    /// <summary>The object is not there.</summary>
    public static readonly ErrorDefinition ObjectNotFound = new(
        "ClusterObjectNotFound", ErrorKind.ObjectNotFound, "Get-CivicQService lists what there is; check the environment's context and namespace.");

    /// <summary>Somebody else changed the object at the same time.</summary>
    public static readonly ErrorDefinition Conflict = new(
        "ClusterConflict", ErrorKind.ResourceBusy, "Look at what the other change was (Get-CivicQRolloutHistory), then decide again.");

    /// <summary>The object is there already.</summary>
    public static readonly ErrorDefinition ObjectExists = new(
        "ClusterObjectExists", ErrorKind.ResourceExists, "Look at the object that is there before you remove it.");

    /// <summary>The API server does not accept the change.</summary>
    public static readonly ErrorDefinition RequestInvalid = new(
        "ClusterRequestInvalid", ErrorKind.InvalidArgument, "The message is the API server's own: correct the value that it names.");

    /// <summary>The deployment went away during the wait.</summary>
    public static readonly ErrorDefinition RolloutDeleted = new(
        "RolloutDeleted", ErrorKind.ObjectNotFound, "Somebody deleted the deployment; Get-CivicQEvent and the audit log of the cluster say who.");

    /// <summary>The server can no longer say what happened since then.</summary>
    public static readonly ErrorDefinition Expired = new(
        "ClusterHistoryExpired", ErrorKind.ResourceUnavailable, "Ask again: the list changes faster than it can be read. Look at what changes so often (Get-CivicQEvent).");

    /// <summary>A command in an instance could not be run.</summary>
    public static readonly ErrorDefinition CommandFailed = new(
        "InstanceCommandFailed", ErrorKind.InvalidResult, "Check that the program is in the image and the instance runs (Get-CivicQServiceInstance).");
}
