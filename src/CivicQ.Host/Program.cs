using CivicQ.Host.Cli;

return Application.Run(args);
