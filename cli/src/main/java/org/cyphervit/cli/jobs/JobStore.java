package org.cyphervit.cli.jobs;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.file.Writing;
import org.sqlite.SQLiteErrorCode;
import tools.jackson.databind.ObjectMapper;

/** Jobs, and the scales of slides that a person gave, in a SQLite file. One thread at a time. */
final class JobStore implements AutoCloseable {
    private static final int VERSION = 1;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path file;
    private final Connection connection;

    private JobStore(Path file, Connection connection) {
        this.file = file;
        this.connection = connection;
    }

    /** @throws UserError if the file is of a later version of this program */
    static JobStore open(Path file) throws IOException {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            JobStore store = new JobStore(file, connection);
            store.prepare();
            return store;
        } catch (SQLException e) {
            throw failed(file, "'" + file + "' cannot be opened: ", e);
        }
    }

    private void prepare() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            int version;
            try (ResultSet result = statement.executeQuery("PRAGMA user_version")) {
                version = result.next() ? result.getInt(1) : 0;
            }
            if (version > VERSION) {
                connection.close();
                throw new UserError("'" + file + "' has version " + version + "; this program knows version " + VERSION
                        + ". Use the newer program, or move the file away: its list of jobs is then empty.");
            }
            statement.execute(
                    "CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY AUTOINCREMENT, title TEXT NOT NULL,"
                            + " command TEXT NOT NULL, resume TEXT NOT NULL, state TEXT NOT NULL, created INTEGER NOT NULL,"
                            + " started INTEGER NOT NULL, ended INTEGER NOT NULL, exit INTEGER NOT NULL, pid INTEGER NOT NULL)");
            statement.execute("CREATE TABLE IF NOT EXISTS scales (slide TEXT PRIMARY KEY, mpp REAL NOT NULL)");
            statement.execute("PRAGMA user_version = " + VERSION);
        }
    }

    synchronized Job add(String title, List<String> command, List<String> resume) throws IOException {
        return work("INSERT INTO jobs VALUES (NULL, ?, ?, ?, ?, ?, 0, 0, -1, 0) RETURNING *", statement -> {
            statement.setString(1, title);
            statement.setString(2, JSON.writeValueAsString(command));
            statement.setString(3, JSON.writeValueAsString(resume));
            statement.setString(4, JobState.WAITING.key());
            statement.setLong(5, System.currentTimeMillis());
            return jobs(statement).getFirst();
        });
    }

    /** Writes the state, times, exit code, process and command line of a job. */
    synchronized void update(Job job) throws IOException {
        work(
                "UPDATE jobs SET state = ?, started = ?, ended = ?, exit = ?, pid = ?, command = ? WHERE id = ?",
                statement -> {
                    statement.setString(1, job.state().key());
                    statement.setLong(2, job.started());
                    statement.setLong(3, job.ended());
                    statement.setInt(4, job.exit());
                    statement.setLong(5, job.pid());
                    statement.setString(6, JSON.writeValueAsString(job.command()));
                    statement.setLong(7, job.id());
                    return statement.executeUpdate();
                });
    }

    synchronized void remove(long id) throws IOException {
        work("DELETE FROM jobs WHERE id = ?", statement -> {
            statement.setLong(1, id);
            return statement.executeUpdate();
        });
    }

    synchronized Optional<Job> find(long id) throws IOException {
        return work("SELECT * FROM jobs WHERE id = ?", statement -> {
            statement.setLong(1, id);
            return jobs(statement).stream().findFirst();
        });
    }

    /** All of them, the oldest first. */
    synchronized List<Job> all() throws IOException {
        return work("SELECT * FROM jobs ORDER BY id", JobStore::jobs);
    }

    /** Microns per pixel that a person gave for a slide. */
    synchronized OptionalDouble scale(String slide) throws IOException {
        return work("SELECT mpp FROM scales WHERE slide = ?", statement -> {
            statement.setString(1, slide);
            try (ResultSet result = statement.executeQuery()) {
                return result.next() ? OptionalDouble.of(result.getDouble(1)) : OptionalDouble.empty();
            }
        });
    }

    synchronized void scale(String slide, double mpp) throws IOException {
        work("INSERT INTO scales VALUES (?, ?) ON CONFLICT(slide) DO UPDATE SET mpp = excluded.mpp", statement -> {
            statement.setString(1, slide);
            statement.setDouble(2, mpp);
            return statement.executeUpdate();
        });
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException("The list of jobs cannot be closed: " + e.getMessage(), e);
        }
    }

    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T work(String sql, Work<T> work) throws IOException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            return work.with(statement);
        } catch (SQLException e) {
            throw failed(file, "The list of jobs cannot be read or written: ", e);
        }
    }

    private static IOException failed(Path file, String words, SQLException e) {
        if (e.getErrorCode() == SQLiteErrorCode.SQLITE_FULL.code) {
            throw Writing.failed(file, 0, new IOException("No space left on device", e));
        }
        return new IOException(words + e.getMessage(), e);
    }

    private static List<Job> jobs(PreparedStatement statement) throws SQLException {
        List<Job> jobs = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                jobs.add(new Job(
                        row.getLong("id"),
                        row.getString("title"),
                        List.of(JSON.readValue(row.getString("command"), String[].class)),
                        List.of(JSON.readValue(row.getString("resume"), String[].class)),
                        JobState.valueOf(row.getString("state").toUpperCase(java.util.Locale.ROOT)),
                        row.getLong("created"),
                        row.getLong("started"),
                        row.getLong("ended"),
                        row.getInt("exit"),
                        row.getLong("pid")));
            }
        }
        return jobs;
    }
}
