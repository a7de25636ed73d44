using CivicQ.Host.Cli;

return CivicqCommand.Run(args);
