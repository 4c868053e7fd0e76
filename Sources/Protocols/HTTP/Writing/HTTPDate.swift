// Dates as HTTP writes them, by arithmetic alone: no clock, no locale, no time zone.

/// `IMF-fixdate` of RFC 9110, section 5.6.7: `Sun, 06 Nov 1994 08:49:37 GMT`.
public enum HTTPDate {
    /// How many octets a date has.
    public static var count: Int { 29 }

    /// Writes the date of so many seconds since 1970 (UTC) into 29 octets. Times outside the years
    /// 0 to 9999 are written as the nearest one within.
    public static func write(
        secondsSince1970 seconds: Int64, into bytes: UnsafeMutablePointer<UInt8>
    ) {
        let seconds = Int(min(max(seconds, -62_167_219_200), 253_402_300_799))
        // From here on counted from 0000-03-01, so that a leap day ends a year.
        let days = (seconds + 62_162_035_200 + 86_400 * 400) / 86_400 - 400
        let second = seconds + 62_162_035_200 - days * 86_400
        let shifted = days + 146_097
        let cycle = shifted / 146_097
        let dayOfCycle = shifted % 146_097
        let yearOfCycle =
            (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36_524 - dayOfCycle / 146_096) / 365
        let dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100)
        // Months from March on have 153 days in five.
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 2 : monthFromMarch - 10
        let year = (cycle - 1) * 400 + yearOfCycle + (month < 2 ? 1 : 0)
        // 0000-03-01 was a Wednesday; names begin with Sunday.
        let weekday = (shifted + 3) % 7

        let template: StaticString = "___, __ ___ ____ __:__:__ GMT"
        let weekdays: StaticString = "SunMonTueWedThuFriSat"
        let months: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
        unsafe bytes.update(from: template.utf8Start, count: count)
        unsafe bytes.update(from: weekdays.utf8Start + 3 * weekday, count: 3)
        unsafe (bytes + 8).update(from: months.utf8Start + 3 * month, count: 3)
        unsafe writeTwo(day, into: bytes + 5)
        unsafe writeTwo(year / 100, into: bytes + 12)
        unsafe writeTwo(year % 100, into: bytes + 14)
        unsafe writeTwo(second / 3600, into: bytes + 17)
        unsafe writeTwo(second / 60 % 60, into: bytes + 20)
        unsafe writeTwo(second % 60, into: bytes + 23)
    }

    private static func writeTwo(_ number: Int, into bytes: UnsafeMutablePointer<UInt8>) {
        assert(number >= 0 && number < 100)
        unsafe bytes[0] = Octet.zero + UInt8(truncatingIfNeeded: number / 10)
        unsafe bytes[1] = Octet.zero + UInt8(truncatingIfNeeded: number % 10)
    }
}
