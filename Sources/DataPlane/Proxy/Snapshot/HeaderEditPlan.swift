// Changes of a header, as the configuration wants them.

/// What is changed in the header of requests or responses: fields are removed first, then set, then
/// added. Immutable.
@safe public struct HeaderEditPlan: BitwiseCopyable, @unchecked Sendable {
    /// A field that is written.
    public struct Setting: BitwiseCopyable, Sendable {
        /// Its name, as it is written.
        public let name: PlanText
        /// Its value.
        public let value: PlanTemplate

        /// A field.
        public init(name: PlanText, value: PlanTemplate) {
            self.name = name
            self.value = value
        }
    }

    /// Names of fields that go, in lower case: those that are removed and those that are set.
    public let removed: UnsafePointer<PlanText>?
    /// How many names there are.
    public let removedCount: Int
    /// Fields that come.
    public let written: UnsafePointer<Setting>?
    /// How many come.
    public let writtenCount: Int

    /// No change.
    public init() {
        unsafe removed = nil
        removedCount = 0
        unsafe written = nil
        writtenCount = 0
    }

    /// Changes with everything given.
    public init(
        removed: UnsafePointer<PlanText>, removedCount: Int, written: UnsafePointer<Setting>,
        writtenCount: Int
    ) {
        unsafe self.removed = unsafe removed
        self.removedCount = removedCount
        unsafe self.written = unsafe written
        self.writtenCount = writtenCount
    }

    /// Nothing is changed.
    public var isEmpty: Bool { removedCount == 0 && writtenCount == 0 }
}
