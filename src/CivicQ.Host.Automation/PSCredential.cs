namespace System.Management.Automation;

/// <summary>A user's name and password.</summary>
public sealed class PSCredential
{
    private readonly SecureString password;

    public PSCredential(string userName, SecureString password)
    {
        UserName = string.IsNullOrEmpty(userName) ? throw new PSArgumentException("A credential needs a user name.", nameof(userName)) : userName;
        this.password = password ?? throw new PSArgumentNullException(nameof(password));
    }

    private PSCredential()
    {
        UserName = string.Empty;
        password = new SecureString();
    }

    public static PSCredential Empty { get; } = new();

    public string UserName { get; }

    public SecureString Password => password;

    public static explicit operator Net.NetworkCredential(PSCredential credential) => credential.GetNetworkCredential();

    public Net.NetworkCredential GetNetworkCredential()
    {
        var parts = UserName.Split('\\', 2);
        return parts.Length == 2 ? new Net.NetworkCredential(parts[1], password, parts[0]) : new Net.NetworkCredential(UserName, password);
    }
}
