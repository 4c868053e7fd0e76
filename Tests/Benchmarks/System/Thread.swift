// A plain thread that runs one closure.

import Glibc

/// A started thread; `join` must be called once, or never for one that runs as long as the process.
struct Thread: Sendable {
    private let identifier: pthread_t

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }

    init(_ run: @escaping @Sendable () -> Void) throws {
        var identifier = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(run))
        let code = unsafe pthread_create(
            &identifier, nil,
            { context in
                unsafe Unmanaged<Body>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, body.toOpaque())
        guard code == 0 else {
            unsafe body.release()
            throw BenchmarkError("start a thread", errno: code)
        }
        self.identifier = identifier
    }

    func join() {
        _ = pthread_join(identifier, nil)
    }
}
