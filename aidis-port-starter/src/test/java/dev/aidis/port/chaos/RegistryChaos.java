package dev.aidis.port.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/**
 * Tells a user whether the registry can rely on a file system, by killing many processes
 * that work on it. Nothing is left behind but what is needed to look into a failure.
 */
public final class RegistryChaos {

	private static final int WRONG_USE = 2;

	private RegistryChaos() {
	}

	/**
	 * Run.
	 * @param arguments see {@code --help}
	 */
	public static void main(String[] arguments) {
		System.exit(run(System.out, System.err, arguments));
	}

	static int run(PrintStream output, PrintStream errors, String... arguments) {
		ChaosOptions options;
		try {
			options = new ChaosOptions(arguments);
		}
		catch (IllegalArgumentException ex) {
			errors.println(ex.getMessage());
			return WRONG_USE;
		}
		if (options.help()) {
			output.print(ChaosOptions.HELP);
			return 0;
		}
		try {
			List<ChaosReport> reports = run(options, output);
			reports.forEach((report) -> output.print("\n" + report));
			return reports.stream().allMatch(ChaosReport::isPassed) ? 0 : 1;
		}
		catch (IOException ex) {
			errors.println("It cannot be checked: " + ex);
			return WRONG_USE;
		}
		catch (Exception ex) {
			ex.printStackTrace(errors);
			return 1;
		}
	}

	/**
	 * Do what is asked for.
	 * @param console where the progress is told
	 */
	static List<ChaosReport> run(ChaosOptions options, PrintStream console) throws Exception {
		if (options.figures()) {
			return List.of(FiguresRun.run(options, console));
		}
		if (!options.contention().isEmpty()) {
			return ContentionRun.run(options, console);
		}
		return List.of(ChaosRun.run(options, console));
	}

}
