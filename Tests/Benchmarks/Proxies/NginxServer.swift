// What nginx needs to run beside others and out of a directory of ours, as backend and as rival.

import Glibc

enum NginxServer {
    /// The lines that open a configuration: foreground, one worker, files in `directory`.
    static func preamble(directory: String, name: String) -> String {
        // As root, its worker would become `nobody`, who may not read our directory.
        """
        daemon off;
        \(geteuid() == 0 ? "user root;" : "")
        worker_processes 1;
        worker_rlimit_nofile 20000;
        pid \(directory)/\(name).pid;
        error_log stderr crit;
        """
    }
}
