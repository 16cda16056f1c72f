/// The length of a text in units that compare across languages (spec signals-decisions §3.3).
public enum TextUnits {
    /// Each Han, kana or Hangul scalar is one unit, and so is each run of other letters and digits with their marks.
    public static func count(_ text: String) -> Int {
        var units = 0
        var inRun = false
        for scalar in text.unicodeScalars {
            let kind = ScalarClass.of(scalar.value)
            if kind.contains(.cjk) {
                units += 1
                inRun = false
            } else if kind.contains(.letterOrDigit) {
                if !inRun { units += 1 }
                inRun = true
            } else if !kind.contains(.mark) {
                inRun = false
            }
        }
        return units
    }
}
